"""
Who is calling, and what Gradio puts into a call: sessions, injected values, uploaded
files.
"""
