"""Received files of any kind become workbooks of sheets with the text that each cell shows."""
