"""Check bodies of requests to Gradio: JSON of limited size that names uploaded files only."""

import json
from pathlib import Path
from typing import Any

MOST_VALUES, MOST_DEPTH = 2_000, 20  # nested lists take 25 times the memory of their text
FOREIGN = (
    "Expected a path from /gradio_api/upload of this replica:"
    " addresses and other files are not opened."
)


def checked(body: bytes, folder: Path) -> bytes:
    """Check a body and serialize it again, so that Gradio parses exactly what was checked.

    `folder` has the uploaded files. Raises ValueError, a sentence for the caller.
    """
    if sum(map(body.count, (b"[", b"{", b","))) > MOST_VALUES:
        raise ValueError(f"Expected at most {MOST_VALUES:,} values.")
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("Expected JSON.") from None
    if not isinstance(sent, dict) or not isinstance(sent.get("data", []), list):
        raise ValueError('Expected a JSON object with a list, "data".')
    if len(str(sent.get("session_hash"))) > 100:
        raise ValueError("Expected a session_hash of at most 100 characters.")
    check_files(sent, folder)
    # Gradio fails without a value; null it passes to the event, which answers with a sentence.
    return json.dumps(sent | {"data": sent["data"] or [None]} if "data" in sent else sent).encode()


def check_files(value: Any, folder: Path, depth: int = 0) -> None:
    """Raise ValueError if any object names a file outside of the folder.

    Gradio opens the file, or fetches the address, of every {"path": …, "meta": …} in the input of
    any event, even a private one, before the event's function can refuse it.
    """
    if depth > MOST_DEPTH:
        raise ValueError(f"Expected at most {MOST_DEPTH} lists and objects within each other.")
    if isinstance(value, dict) and "path" in value:
        path = value["path"]
        is_sane = isinstance(path, str) and len(path) <= 1_000 and "\0" not in path
        if not is_sane or folder not in Path(path).parents or ".." in Path(path).parts:
            raise ValueError(FOREIGN)  # does not reveal whether the file exists
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        check_files(each, folder, depth + 1)
