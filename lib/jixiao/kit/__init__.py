"""What every room may use and nothing of reports in it: errors, exact numbers, strict YAML, places, locks, fonts."""
