"""What the user's program says: the code that a function comes to."""
