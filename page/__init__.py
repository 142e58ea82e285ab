"""The page: templates, style, scripts, texts in two languages, and what it asks the server."""
