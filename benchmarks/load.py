"""Load test, many people drawing at once: `python -m benchmarks.load [--seconds 20]`.

Each client sends a stroke as the browser does, waits for the answer, and sends the next. They run
on the same machine as the server, and take part of it.
"""

import argparse
import asyncio
import time
from collections import Counter
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import numpy as np

from harness.pictures import data_uri, seven
from harness.server import started

PEOPLE = (1, 8, 32, 128)


def stroke_event(config: dict) -> dict:
    """The body of a request for the pad's event "input"; `config` is the page's own."""
    values = {c["id"]: c["props"].get("value") for c in config["components"]}
    pad = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "pad")
    event = next(d for d in config["dependencies"] if [pad, "input"] in d["targets"])
    data = [data_uri(seven()), *(values[each] for each in event["inputs"][1:])]
    return {"data": data, "fn_index": event["id"]}


async def measure(url: str, people: int, seconds: float) -> tuple[list[float], float, Counter[str]]:
    """Seconds of each stroke, seconds in all, and failed and wrong answers by reason."""
    times: list[float] = []
    lost: Counter[str] = Counter()
    limits = httpx.Limits(max_connections=people, max_keepalive_connections=people)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60) as client:
        event = stroke_event((await client.get("/config")).json())
        begin = time.monotonic()

        async def draw(name: str) -> None:
            while (start := time.monotonic()) < begin + seconds:
                try:
                    reply = await client.post(
                        "/gradio_api/run/predict", json=event | {"session_hash": name}
                    )
                    if "<b>7</b>" not in reply.raise_for_status().text:
                        raise httpx.HTTPError(f"wrong answer: {reply.text[:200]}")
                    times.append(time.monotonic() - start)
                except httpx.HTTPError as error:
                    lost[repr(error)] += 1

        await asyncio.gather(*(draw(f"{people}-{n}") for n in range(people)))
        return times, time.monotonic() - begin, lost


def memory(process: BaseProcess) -> float:
    """Resident memory in MB; 0 without /proc."""
    status = Path(f"/proc/{process.pid}/statm")
    return int(status.read_text().split()[1]) * 4096 / 1e6 if status.exists() else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20, help="for each number of people")
    seconds = parser.parse_args().seconds
    with (
        TemporaryDirectory() as folder,
        started(Path(folder), method="spawn", RATE_LIMIT="0") as (url, process),
    ):
        print("people  strokes/s  p50 ms  p95 ms  p99 ms  lost      MB")
        for people in PEOPLE:
            times, taken, lost = asyncio.run(measure(url, people, seconds))
            p50, p95, p99 = 1000 * np.quantile(times or [0], [0.5, 0.95, 0.99])
            print(
                f"{people:6} {len(times) / taken:10.1f} {p50:7.0f} {p95:7.0f} {p99:7.0f}", end=" "
            )
            print(f"{lost.total():5} {memory(process):7.0f}", *lost, flush=True)


if __name__ == "__main__":
    main()
