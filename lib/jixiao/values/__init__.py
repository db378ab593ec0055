"""How people write targets and results: the text of a cell becomes an exact measure, or the reason why it cannot."""
