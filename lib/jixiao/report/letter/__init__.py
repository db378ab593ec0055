"""What the notebook of a letter calls: parameters come in, headings, texts and tables about one unit go out."""
