"""Forms and tables become records: the same frames with the place of every value, for checks and for importing."""
