"""What stands between the page and strangers: settings, limits, health, logs, and the server."""

VERSION = "1.0.0"
