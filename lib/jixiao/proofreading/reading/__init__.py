"""Passages and tables of a draft come in; its numbers, and what is claimed of them by a grammar that is data, go out."""
