"""What people say their drawings were: the page writes it, the trainer reads it."""

from corrections.store import NO_DIGIT, Correction, Corrections, DatabaseError

__all__ = ["NO_DIGIT", "Correction", "Corrections", "DatabaseError"]
