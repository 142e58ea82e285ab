"""Bodies of requests to Gradio: JSON of a sane shape, that names no files but uploaded ones.

Gradio opens the file, or fetches the address, of every {"path": …, "meta": …} in the input of any
event, also of a private one, before the event's function can refuse it.
"""

import json
from pathlib import Path
from typing import Any

MOST_VALUES, MOST_DEPTH = 2_000, 20  # lists of lists take 25 times the memory of their text
FOREIGN = "Expected a path from /gradio_api/upload: addresses and other files are not opened."


def checked(body: bytes, folder: Path) -> bytes:
    """The same JSON, written anew, so that Gradio parses what was checked.

    `folder` has the uploaded files. Raises ValueError, in one sentence for the caller.
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
    check_files(sent, folder, MOST_DEPTH)
    return json.dumps(sent).encode()


def check_files(value: Any, folder: Path, depth: int) -> None:
    """Raise ValueError if a file elsewhere is named, or if it is nested deeper than `depth`."""
    if depth == 0:
        raise ValueError(f"Expected at most {MOST_DEPTH} lists and objects within each other.")
    if isinstance(value, dict):
        if "path" in value and not is_uploaded(value["path"], folder):
            raise ValueError(FOREIGN)
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        check_files(each, folder, depth - 1)


def is_uploaded(path: Any, folder: Path) -> bool:
    """Whether a path is below the folder, be there a file or not. Uploads hold no links."""
    if not isinstance(path, str) or len(path) > 1_000 or "\0" in path:
        return False
    return folder in Path(path).parents and ".." not in Path(path).parts
