"""Much small work on all processors, which Ctrl-C ends at once."""

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

CHUNK = 250  # items that one process takes at a time
FEW = 1_000  # items that are done sooner than other processes are started

Item = TypeVar("Item")
Result = TypeVar("Result")


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


def in_parallel(work: Callable[[Item], Result], items: Sequence[Item], name: str) -> list[Result]:
    """`work` done on each item, in order; what takes long shows a progress bar."""
    from tqdm import tqdm  # only here: a training that a page shows needs no such package

    with processes() as pool:
        is_few = len(items) < FEW
        results = map(work, items) if is_few else pool.map(work, items, chunksize=CHUNK)
        return list(tqdm(results, name, len(items), delay=1, mininterval=0.5, leave=False))
