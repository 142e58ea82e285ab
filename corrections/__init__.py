"""What people say their drawings were: the page writes it, the trainer reads it."""

from corrections.store import Correction, Corrections, DatabaseError

__all__ = ["Correction", "Corrections", "DatabaseError"]
