"""The Gradio page: layout, event handlers, HTML, and its texts in two languages."""
