"""The subjects of a year become samples for review, and what a random sample found becomes bounds for them all."""
