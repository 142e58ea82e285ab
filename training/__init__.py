"""The trainer of the app's network: `python -m training`."""
