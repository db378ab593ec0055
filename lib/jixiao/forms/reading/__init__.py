"""Sheets become the forms that stand in them, each value with its cell and what looked odd on the way."""
