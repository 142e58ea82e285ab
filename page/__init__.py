"""The page: what people see, all of it Gradio components; and the API."""
