"""What tests, benchmarks and screenshots share: the app, a browser, pictures."""
