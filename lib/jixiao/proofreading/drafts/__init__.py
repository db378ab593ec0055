"""The bytes of a draft come in; its passages and tables go out, each with its place and with what it was made of."""
