"""The page, made of Gradio components, and the API."""
