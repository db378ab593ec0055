"""Checks of the other work of a year: forms and tables that are no evaluations come in, and what is wrong with them goes out."""
