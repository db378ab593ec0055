"""Forms as units send them: files become sheets, sheets become forms, and forms and tables become records to check."""
