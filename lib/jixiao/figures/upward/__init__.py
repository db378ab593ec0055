"""Figures of what goes up: the statistics form of the year, and the section of the final accounts that is published."""
