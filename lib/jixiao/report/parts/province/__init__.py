"""The districts of a province come in, put side by side; their tables and charts go out."""
