"""A year comes in; what goes up and what the final accounts say goes out: a statistics form and a text of its figures."""
