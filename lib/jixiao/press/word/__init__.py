"""The text of the page and the tables of the report become a Word file with real styles and numbered captions."""
