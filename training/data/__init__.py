"""Read digits: MNIST's four files, or your own in folders, IDX, CSV or `.npz` files."""
