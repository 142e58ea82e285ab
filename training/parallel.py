"""Much small work on all processors, which Ctrl-C ends at once."""

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

CHUNK = 250  # items that one process takes at a time
FEW = 1_000  # items that are done sooner than other processes are started

Item, Result = TypeVar("Item"), TypeVar("Result")


@contextmanager
def processes() -> Iterator[ProcessPoolExecutor]:
    """One process for each processor; at the end, what none has begun is left undone."""
    with ProcessPoolExecutor(initializer=_leave_ctrl_c_to_the_parent) as pool:
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)  # else Ctrl-C would wait for all of it


def in_chunks(
    work: Callable[[Sequence[Item]], Result], items: Sequence[Item], name: str
) -> list[Result]:
    """`work` done on each CHUNK of items, in order; what takes long shows a progress bar."""
    from tqdm import tqdm  # only here: a training that a page shows needs no such package

    chunks = [items[first : first + CHUNK] for first in range(0, len(items), CHUNK)]
    results = []
    with (
        tqdm(total=len(items), desc=name, delay=1, mininterval=0.5, leave=False) as bar,
        processes() as pool,
    ):
        done = map(work, chunks) if len(items) < FEW else pool.map(work, chunks)
        for chunk, result in zip(chunks, done):
            results.append(result)
            bar.update(len(chunk))
    return results


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
