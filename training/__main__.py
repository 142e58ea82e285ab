"""`python -m training`."""

import os
import sys
from io import TextIOWrapper

# Before NumPy is loaded: these matrix products are too small to split between threads, which makes
# them many times slower as soon as another program runs.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from training.cli import main

# Print "?" for characters that the terminal lacks, instead of failing.
if isinstance(sys.stdout, TextIOWrapper):
    sys.stdout.reconfigure(errors="replace")

if __name__ == "__main__":
    sys.exit(main())
