"""Prepare any picture of a digit as 28×28 pixels, as in MNIST."""
