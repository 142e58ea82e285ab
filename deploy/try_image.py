"""Test a built image: `make container-test`.

The arguments are the command that runs the image in the foreground, on the host's network, with a
read-only root. Further arguments to that command run in the image instead of the server.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time

import httpx

from harness.pictures import seven
from harness.server import wait_for

URL = "http://127.0.0.1:7860"
# Runs inside: checks the user, write access, and which files and packages exist.
LOOK = """
import importlib.util, os, shutil
assert os.getuid() == 1000, os.getuid()
assert os.path.exists("/app/app.py")
assert os.statvfs("/").f_flag & os.ST_RDONLY, "the root is not read-only"
for folder in ("/", "/app", "/venv", "/etc", "/var"):
    try:
        open(os.path.join(folder, "written"), "w")
    except OSError:
        continue
    raise SystemExit(f"{folder} can be written to")
open("/tmp/written", "w").close()
for name in ("tests", "benchmarks", "matplotlib", "tensorflow_datasets", "pyarrow"):
    assert importlib.util.find_spec(name) is None, name
for name in ("cc", "gcc", "make"):
    assert shutil.which(name) is None, name
assert os.path.exists(importlib.util.find_spec("app").cached), "not byte-compiled"
def size(top):
    return sum(os.lstat(os.path.join(p, f)).st_size for p, _, fs in os.walk(top) for f in fs)
print(f"/app {size('/app') / 1e6:.1f} MB, /venv {size('/venv') / 1e6:.0f} MB")
"""


def check_answers() -> None:
    """Raise SystemExit unless it is ready, reads a 7, and has all of the page."""
    wait_for(f"{URL}/livez", seconds=120)
    httpx.get(f"{URL}/readyz").raise_for_status()
    files = {"files": ("seven.png", seven(), "image/png")}
    path = httpx.post(f"{URL}/gradio_api/upload", files=files).raise_for_status().json()[0]
    picture = {"path": path, "meta": {"_type": "gradio.FileData"}}
    reply = httpx.post(f"{URL}/gradio_api/run/predict", json={"data": [{"composite": picture}]})
    digit = reply.raise_for_status().json()["data"][0]["label"]
    if digit != "7":
        raise SystemExit(f"a drawn 7 is read as {digit}")
    config = httpx.get(f"{URL}/config").raise_for_status().json()
    parts = {each["props"].get("elem_id") for each in config["components"]}
    if lacking := {"comparison", "nearest"} - parts:  # "Look inside" needs files beside the weights
        raise SystemExit(f"Look inside lacks {lacking}: is a weights file missing?")


def half_a_request() -> tuple[socket.socket, bytes]:
    """Send half a request; return the connection and the other half."""
    body = b'{"data": [{"composite": 7}]}'
    head = f"POST /gradio_api/run/predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    connection = socket.create_connection(("127.0.0.1", 7860), timeout=10)
    connection.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + body[:9])
    return connection, body[9:]


def main(command: list[str]) -> None:
    look = subprocess.run([*command, "python", "-c", LOOK], text=True, capture_output=True)
    if look.returncode:
        raise SystemExit(look.stderr)
    print(look.stdout.strip())
    process = subprocess.Popen(command)
    try:
        check_answers()
        print("It answers:", httpx.get(f"{URL}/version").text)
        connection, rest = half_a_request()
        time.sleep(0.5)
        start = time.monotonic()
        process.terminate()
        time.sleep(0.5)
        connection.sendall(rest)
        with connection.makefile("rb") as reply:
            answer = reply.read()
        if b"composite" not in answer:
            raise SystemExit(f"the answer to a running request was lost: {answer!r}")
        code = process.wait(20)
        seconds = time.monotonic() - start
    finally:
        process.terminate()
    print(f"SIGTERM: the running request was answered, exit code {code} after {seconds:.1f} s")
    if code not in (0, 143, -15):
        raise SystemExit("expected a clean exit")
    if seconds > 5:
        raise SystemExit("expected an exit within 5 s")


if __name__ == "__main__":
    main(sys.argv[1:])
