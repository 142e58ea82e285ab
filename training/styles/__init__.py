"""Digits drawn by code, in ways of writing that MNIST lacks: it holds American handwriting only."""
