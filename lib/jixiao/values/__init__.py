"""Targets and results as people write them: the text of a cell becomes an exact value, or the reason why it cannot."""
