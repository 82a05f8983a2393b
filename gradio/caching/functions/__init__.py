"""Which function a callable is, and which instance an object is."""
