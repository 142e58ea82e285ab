"""Shared by tests, benchmarks and screenshots: the app, a browser, pictures."""
