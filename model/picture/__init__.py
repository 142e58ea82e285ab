"""Any picture of a digit as 28×28 pixels, prepared as MNIST prepared its digits."""
