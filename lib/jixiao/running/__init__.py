"""One notebook with its parameters becomes an executed notebook, or the reason why it failed."""
