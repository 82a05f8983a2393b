"""Which stored key a text, or a sequence of tokens, starts with."""
