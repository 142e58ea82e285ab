"""MNIST: its four files downloaded, and read."""
