"""A publication comes in, and its page goes out to a browser, made anew whenever its notebook, parameters, rules or data are saved."""
