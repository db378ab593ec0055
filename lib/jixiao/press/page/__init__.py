"""The outputs of a notebook become one self-contained page of semantic HTML."""
