"""Records become findings: what in them contradicts itself, each other or the rules, each with its rule id and place."""
