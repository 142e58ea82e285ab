"""What a network computes for one picture, number by number, and why it answers so."""
