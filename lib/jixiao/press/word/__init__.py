"""The page becomes a Word file with real styles, numbered captions and a table of contents."""
