"""Many people drawing at once, on this machine: `python -m benchmarks.load`.

Each person sends a stroke as the page's editor does, asks what it is, and draws the next. The same
against a Gradio page that does nothing is the floor: what is above it is ours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
from PIL import Image, ImageDraw

PEOPLE = (1, 8, 32, 128)
APP = Path(__file__).parents[1] / "app.py"
FLOOR = """
import gradio as gr
with gr.Blocks(analytics_enabled=False) as page:
    pad = gr.Sketchpad(type="pil", canvas_size=(320, 320), fixed_canvas=True, layers=False)
    answer = gr.Label()
    gr.on([], lambda drawing: {"7": 1.0}, pad, answer, api_name="predict", queue=False)
page.launch(quiet=True, run_history=False, ssr_mode=False)
"""


def stroke() -> bytes:
    picture, file = Image.new("RGBA", (320, 320), "white"), BytesIO()
    ImageDraw.Draw(picture).line([(90, 80), (230, 80), (140, 260)], "black", 20, "curve")
    picture.save(file, "PNG")
    return file.getvalue()


async def draw(client: httpx.AsyncClient, name: str, until: float, pad: str) -> list[float]:
    """Seconds per stroke; -1 for one that was not answered, or wrongly."""
    content, seconds, number = stroke(), [], 0
    while time.monotonic() < until:
        number += 1
        start, part = time.monotonic(), f"{name}-{number}"
        fields = {"type": "composite", "index": "null", "id": part, "session_hash": name}
        fields |= {"component_id": pad, "fn_name": "accept_blobs"}
        files = {"file": ("composite", content)}
        try:
            await client.post("/gradio_api/component_server", data=fields, files=files)
            value = {"id": part, "background": None, "layers": [], "composite": None}
            question = {"data": [value], "session_hash": name}
            reply = await client.post("/gradio_api/run/predict", json=question)
            right = reply.status_code == 200 and reply.json()["data"][0]["label"] == "7"
        except httpx.HTTPError:
            right = False
        seconds.append(time.monotonic() - start if right else -1)
    return seconds


def memory(process: subprocess.Popen) -> float:
    """Resident megabytes, where the system tells; else 0."""
    status = Path(f"/proc/{process.pid}/statm")
    return int(status.read_text().split()[1]) * 4096 / 1e6 if status.exists() else 0.0


async def measure(url: str, people: int, seconds: float) -> tuple[float, list[float], int]:
    """Strokes per second, [p50, p95, p99] in milliseconds, and how many had no answer."""
    limits = httpx.Limits(max_connections=people, max_keepalive_connections=people)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60) as client:
        components = (await client.get("/config")).json()["components"]
        pad = next(str(c["id"]) for c in components if c["type"] in ("sketchpad", "imageeditor"))
        start = time.monotonic()
        names = [f"{people}-{number}" for number in range(people)]
        drawn = [draw(client, name, start + seconds, pad) for name in names]
        times = [s for person in await asyncio.gather(*drawn) for s in person]
        taken = time.monotonic() - start
    answered = [s for s in times if s >= 0]
    quantiles = np.quantile(answered, [0.5, 0.95, 0.99]) * 1000 if answered else [0, 0, 0]
    return len(answered) / taken, [float(q) for q in quantiles], len(times) - len(answered)


def try_server(command: list[str], port: int, seconds: float) -> dict[int, float]:
    """Prints a line for each number of people; their p50 in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": folder, "RATE_LIMIT": "0"}
        settings |= {"GRADIO_ANALYTICS_ENABLED": "False"}
        process = subprocess.Popen([sys.executable, *command], env=os.environ | settings)
        url, medians = f"http://127.0.0.1:{port}", {}
        try:
            for _ in range(300):
                try:
                    httpx.get(f"{url}/config")
                    break
                except httpx.TransportError:
                    time.sleep(0.2)
            for people in PEOPLE:
                rate, (p50, p95, p99), lost = asyncio.run(measure(url, people, seconds))
                medians[people] = p50
                print(f"{people:6} {rate:9.1f} {p50:7.0f} {p95:7.0f} {p99:7.0f} {lost:5}", end="")
                print(f" {memory(process):7.0f}", flush=True)
        finally:
            process.terminate()
            process.wait(20)
    return medians


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="for each number of people")
    parser.add_argument("--port", type=int, default=7870)
    arguments = parser.parse_args()
    head = "people strokes/s  p50 ms  p95 ms  p99 ms  lost      MB"
    print(f"Gradio page that does nothing\n{head}")
    floor = try_server(["-c", FLOOR], arguments.port, arguments.seconds)
    print(f"this page\n{head}")
    ours = try_server([str(APP)], arguments.port + 1, arguments.seconds)
    print("p50, ours over floor:", json.dumps({n: round(ours[n] / floor[n], 2) for n in PEOPLE}))


if __name__ == "__main__":
    main()
