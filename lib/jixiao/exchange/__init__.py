"""Forms between the bureau and its units: issued from the tables, imported into them, returned with what was found."""
