"""Your own digits: folders of pictures, IDX, CSV and `.npz` files."""
