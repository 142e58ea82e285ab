"""MNIST's four files, and your own digits: folders of pictures, IDX, CSV and `.npz` files."""
