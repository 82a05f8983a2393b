"""Events that wait for a running one and get its messages."""
