"""What an analyst fills in for one report year: parameters and tables become validated, typed values."""
