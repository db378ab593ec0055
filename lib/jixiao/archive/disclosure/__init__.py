"""The bytes of a file come in, its texts with their places go out, and what among them nobody may publish."""
