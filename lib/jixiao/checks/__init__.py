"""The checks: what in the records contradicts itself, another record or the rules, with the rule's id and the place."""
