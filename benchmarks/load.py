"""Load test, many people drawing at once: `python -m benchmarks.load [--seconds 20]`.

Each client sends a stroke as the browser does, waits for the answer, and sends the next. The
baseline is `benchmarks.noop_page`, a Gradio page with an empty handler. Our page sends the drawing
with the request; Gradio's editor uploads three parts first.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
from PIL import Image, ImageDraw

PEOPLE = (1, 8, 32, 128)
HERE = Path(__file__).parent
API = "/gradio_api"
Ask = Callable[[httpx.AsyncClient, str], Awaitable[None]]  # one stroke; raises if not answered


def stroke() -> bytes:
    picture, file = Image.new("RGBA", (320, 320), "white"), BytesIO()
    ImageDraw.Draw(picture).line([(90, 80), (230, 80), (140, 260)], "black", 14, "curve")
    picture.save(file, "PNG")
    return file.getvalue()


def event_of(config: dict, name: str) -> dict:
    """The event of the page's pad; `config` is the page's own."""
    pad = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "pad")
    return next(d for d in config["dependencies"] if [pad, name] in d["targets"])


def asking_us(config: dict) -> Ask:
    address = "data:image/png;base64," + base64.b64encode(stroke()).decode()
    event = event_of(config, "input")
    values = {c["id"]: c["props"].get("value") for c in config["components"]}
    data = [address, *(values[each] for each in event["inputs"][1:])]

    async def ask(client: httpx.AsyncClient, name: str) -> None:
        question = {"data": data, "fn_index": event["id"], "session_hash": name.partition("-")[0]}
        reply = await client.post(f"{API}/run/predict", json=question)
        if "<b>7</b>" not in reply.raise_for_status().text:
            raise httpx.HTTPError(f"wrong answer: {reply.text[:200]}")

    return ask


def asking_the_floor(config: dict) -> Ask:
    content, event = stroke(), event_of(config, "change")
    pad = event["inputs"][0]

    async def ask(client: httpx.AsyncClient, name: str) -> None:
        fields = {"id": name, "session_hash": name, "component_id": str(pad)}
        parts = [
            client.post(
                f"{API}/component_server",
                data=fields | {"fn_name": "accept_blobs", "type": kind, "index": index},
                files={"file": (kind, content)},
            )
            for kind, index in (("background", "null"), ("composite", "null"), ("layer", "0"))
        ]
        await asyncio.gather(*parts)
        question = {"data": [{"id": name}], "fn_index": event["id"], "session_hash": name}
        (await client.post(f"{API}/run/predict", json=question)).raise_for_status()

    return ask


async def draw(
    client: httpx.AsyncClient, ask: Ask, name: str, until: float, lost: Counter[str]
) -> list[float]:
    """Seconds per stroke; failed and wrong answers are counted in `lost`."""
    seconds: list[float] = []
    while time.monotonic() < until:
        start = time.monotonic()
        try:
            await ask(client, f"{name}-{len(seconds)}")
            seconds.append(time.monotonic() - start)
        except httpx.HTTPError as error:
            lost[repr(error)] += 1
    return seconds


async def measure(
    url: str, asking: Callable[[dict], Ask], people: int, seconds: float
) -> tuple[float, np.ndarray, Counter[str]]:
    """Strokes per second, [p50, p95, p99] in milliseconds, and failures by reason."""
    lost: Counter[str] = Counter()
    limits = httpx.Limits(max_connections=people, max_keepalive_connections=people)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60) as client:
        ask = asking((await client.get("/config")).json())
        start = time.monotonic()
        drawn = [draw(client, ask, f"{people}-{n}", start + seconds, lost) for n in range(people)]
        times = [s for person in await asyncio.gather(*drawn) for s in person]
        taken = time.monotonic() - start
    return len(times) / taken, np.quantile(times or [0], [0.5, 0.95, 0.99]) * 1000, lost


def memory(process: subprocess.Popen) -> float:
    """Resident memory in MB; 0 without /proc."""
    status = Path(f"/proc/{process.pid}/statm")
    return int(status.read_text().split()[1]) * 4096 / 1e6 if status.exists() else 0.0


class Served:
    """A page in a separate process."""

    def __init__(self, app: Path, asking: Callable[[dict], Ask], port: int) -> None:
        self.asking, self.url = asking, f"http://127.0.0.1:{port}"
        self.folder = tempfile.TemporaryDirectory()
        settings = {
            "GRADIO_SERVER_PORT": str(port),
            "GRADIO_TEMP_DIR": self.folder.name,
            "GRADIO_ANALYTICS_ENABLED": "False",
            "RATE_LIMIT": "0",
        }
        self.process = subprocess.Popen(
            [sys.executable, app], env=os.environ | settings, stdout=subprocess.DEVNULL
        )

    def __enter__(self) -> Served:
        for _ in range(300):
            try:
                httpx.get(f"{self.url}/config")
                break
            except httpx.TransportError:
                time.sleep(0.2)
        return self

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.folder.cleanup()

    def report(self, name: str, people: int, seconds: float) -> float:
        """Print a line and return the p50 in milliseconds."""
        rate, (p50, p95, p99), lost = asyncio.run(measure(self.url, self.asking, people, seconds))
        print(f"{people:6} {name:6} {rate:9.1f} {p50:7.0f} {p95:7.0f} {p99:7.0f}", end="")
        print(f" {lost.total():5} {memory(self.process):7.0f}", *lost, flush=True)
        return p50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20, help="for each number of people")
    parser.add_argument("--port", type=int, default=7870, help="the first of two ports")
    options = parser.parse_args()
    print("people page   strokes/s  p50 ms  p95 ms  p99 ms  lost      MB")
    with (
        Served(HERE / "noop_page.py", asking_the_floor, options.port) as floor,
        Served(HERE.parent / "app.py", asking_us, options.port + 1) as ours,
    ):
        for people in PEOPLE:  # alternately, so that both see the same load
            least = floor.report("no-op", people, options.seconds)
            ratio = ours.report("ours", people, options.seconds) / least
            print(f"{people:6} p50, ours / no-op: {ratio:.2f}")


if __name__ == "__main__":
    main()
