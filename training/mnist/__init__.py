"""MNIST: download and read its four files."""
