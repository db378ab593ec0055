"""The sentences and tables of a draft come in; a verdict on each claim, by a rule with a card, goes out."""
