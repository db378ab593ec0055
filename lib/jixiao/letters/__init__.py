"""A year and the units to be written to come in; a folder with a letter to each, and an index of them, goes out."""
