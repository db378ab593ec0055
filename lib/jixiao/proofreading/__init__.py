"""A draft in any format comes in; what its numbers claim, and which claims do not hold, go out."""
