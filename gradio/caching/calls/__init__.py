"""What a call means: its arguments, bound values and captured variables."""
