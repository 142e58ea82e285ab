"""What people say their drawings were: the page keeps it, the trainer learns from it."""

from corrections.store import Correction, Corrections

__all__ = ["Correction", "Corrections"]
