"""The tables of a year become forms for units to fill in, one file each."""
