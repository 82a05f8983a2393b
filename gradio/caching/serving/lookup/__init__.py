"""Whether an event has been answered before, found out ahead of the queue."""
