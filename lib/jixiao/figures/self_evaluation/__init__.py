"""Figures of how well self-evaluation holds, from analyses to figures with their rows."""
