"""The tables and charts of the other work of a year: an evaluated year comes in, tables and charts with names go out."""
