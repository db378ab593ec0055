"""What a notebook calls: an evaluated year becomes headings, paragraphs, tables and charts, one call a cell."""
