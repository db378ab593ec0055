"""The tables of a notebook become a workbook, one sheet each."""
