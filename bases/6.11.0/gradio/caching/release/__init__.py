"""
What differs between the releases of Gradio that this package is built for: the same
functions for each, of which one set is laid into the package. This is Gradio 6.11.0.
"""

from __future__ import annotations

NAMES: dict[str, str] = {}
"""What Gradio's own files import from this package by names of theirs: nothing."""
