"""Check bodies of requests to Gradio: JSON of limited size that names uploaded files only."""

import json
from functools import partial
from pathlib import Path
from typing import Any

MOST_VALUES = 200  # nested lists take 25 times the memory of their text
FOREIGN = "Expected a path from /gradio_api/upload of this replica: nothing else is opened."


def checked(body: bytes, folder: Path) -> bytes:
    """Check a body and serialize it again, so that Gradio parses exactly what was checked.

    `folder` has the uploaded files. Raises ValueError, a sentence for the caller.
    """
    if sum(map(body.count, (b"[", b"{", b","))) > MOST_VALUES:
        raise ValueError(f"Expected at most {MOST_VALUES} values.")
    sent = json.loads(body, object_hook=partial(check_file, folder))
    if not isinstance(sent, dict) or not isinstance(sent.get("data", []), list):
        raise ValueError('Expected a JSON object with a list, "data".')
    if len(str(sent.get("session_hash"))) > 100:
        raise ValueError("Expected a session_hash of at most 100 characters.")
    if sent.get("data") == []:  # Gradio fails without a value; null it passes to the event
        sent["data"] = [None]
    return json.dumps(sent, allow_nan=False).encode()


def check_file(folder: Path, sent: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON object. Raises ValueError if it names a file outside of the folder.

    Gradio opens the file, or fetches the address, of every {"path": …, "meta": …} in the input of
    any event, even a private one, before the event's function can refuse it.
    """
    path = sent.get("path", f"{folder}/none")
    is_sane = isinstance(path, str) and len(path) <= 1_000 and "\0" not in path
    if not is_sane or folder not in Path(path).parents or ".." in Path(path).parts:
        raise ValueError(FOREIGN)  # does not reveal whether the file exists
    return sent
