"""Gradio, imported without writing stub files for its components, which takes half of the time.

It writes none for a component whose source it does not find.
"""

from unittest.mock import patch

with patch("inspect.getfile", side_effect=OSError):
    import gradio  # noqa: F401
