"""A pool of processes that Ctrl-C ends at once."""

import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager


@contextmanager
def processes() -> Iterator[ProcessPoolExecutor]:
    """A pool with a process per processor; on exit, pending tasks are cancelled."""
    # Ctrl-C reaches all processes, but only the parent handles it.
    ignored = signal.SIGINT, signal.SIG_IGN
    pool = ProcessPoolExecutor(initializer=signal.signal, initargs=ignored)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)  # or Ctrl-C would wait for all tasks
