"""A plan of many publications comes in; each of them published, or a line that says why not, and a summary go out."""
