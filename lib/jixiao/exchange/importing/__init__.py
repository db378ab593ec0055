"""Received files become rows in the tables of the year, with a journal and the cell behind each row."""
