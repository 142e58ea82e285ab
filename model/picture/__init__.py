"""Preparation: any picture of a digit → 28×28 pixels, as in MNIST."""
