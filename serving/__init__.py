"""A server for strangers: settings, authentication, limits, probes, logs."""

VERSION = "1.0.0"
