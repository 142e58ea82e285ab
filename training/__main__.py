"""`python -m training`."""

import os
import sys

# Before NumPy is loaded: its matrix products are too small here to share between threads, and
# waiting for one another makes them many times slower as soon as another program is at work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from training.cli import main

if __name__ == "__main__":
    sys.exit(main())
