"""Gradio is imported here first."""

import harness.quick_gradio  # noqa: F401
