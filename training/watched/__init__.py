"""A training that is watched: a process of its own, JSON lines in and out."""
