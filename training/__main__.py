"""`python -m training`."""

import os
import sys
from io import TextIOWrapper

# Before NumPy is loaded: these matrix products are too small to split between threads. As soon as
# another program runs, threads that wait for each other make them many times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from training.cli import main

# A terminal may lack a sign, such as one in the name of a file: "?" is better than an end.
if isinstance(sys.stdout, TextIOWrapper):
    sys.stdout.reconfigure(errors="replace")

if __name__ == "__main__":
    sys.exit(main())
