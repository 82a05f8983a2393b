"""How a stored result is sent to an event as a run would have sent it."""
