"""Builds the fork: the pinned base wheel, our seams in it, our files over it."""
