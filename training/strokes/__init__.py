"""Training samples from pen strokes: real digits, rarer ways to write them, and non-digits."""
