"""Trains the network that the app uses: `python -m training`."""
