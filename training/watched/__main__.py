"""`python -m training.watched`: settings and commands come in, what there is to see goes out."""

import os
import sys
from contextlib import suppress

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is loaded, as in training/__main__.py

MEMORY = 3_000_000_000  # bytes of addresses; the digits take a quarter of it
SECONDS = 660  # of the processor; who started this process ends it earlier
FILE = 50_000_000  # bytes
NICE = 10  # drawings are answered first


def bound() -> None:
    """Bound what this process may take, whatever it is told to train; not on Windows."""
    import resource

    os.nice(NICE)
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # macOS knows some of them only by name
            resource.setrlimit(limit, (most, most))


if __name__ == "__main__":
    if sys.platform != "win32":
        bound()
    from training.watched.worker import main

    sys.exit(main())
