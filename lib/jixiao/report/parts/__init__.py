"""Tables and charts of the work around the evaluation: an evaluated year comes in, and each area's own by name go out."""
