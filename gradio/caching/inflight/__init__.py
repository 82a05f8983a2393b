"""Computations and streams under way, shared by all who ask for the same."""
