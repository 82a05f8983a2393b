"""All of Gradio's queue that is read or changed."""
