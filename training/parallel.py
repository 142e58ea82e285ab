"""Processes that share out much small work, and that Ctrl-C ends at once."""

import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager


@contextmanager
def processes() -> Iterator[ProcessPoolExecutor]:
    """One process for each processor; at the end, what none has begun is left undone."""
    # Ctrl-C reaches all processes; it is the parent's to handle.
    with ProcessPoolExecutor(
        initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)
    ) as pool:
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)  # else Ctrl-C would wait for all of it
