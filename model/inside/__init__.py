"""Look inside: what a network computes for one picture, number by number, and why."""
