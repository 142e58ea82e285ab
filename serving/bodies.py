"""Bodies of requests to Gradio: JSON of a sane shape, that names no files but uploaded ones."""

import json
from pathlib import Path
from typing import Any

MOST_VALUES, MOST_DEPTH = 2_000, 20  # lists of lists take 25 times the memory of their text
FOREIGN = (
    "Expected a path from /gradio_api/upload of this replica:"
    " addresses and other files are not opened."
)


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
    check_files(sent, folder)
    # Gradio fails if there is no value, but lets each event say itself what is wrong with null.
    return json.dumps(sent | {"data": sent["data"] or [None]} if "data" in sent else sent).encode()


def check_files(value: Any, folder: Path, depth: int = 0) -> None:
    """Raise ValueError if a file is named, in any object, that is not in the folder.

    Gradio opens the file, or fetches the address, of every {"path": …, "meta": …} in the input of
    any event, also of a private one, before the event's function can refuse it.
    """
    if depth > MOST_DEPTH:
        raise ValueError(f"Expected at most {MOST_DEPTH} lists and objects within each other.")
    if isinstance(value, dict) and "path" in value:
        path = value["path"]
        is_sane = isinstance(path, str) and len(path) <= 1_000 and "\0" not in path
        if not is_sane or folder not in Path(path).parents or ".." in Path(path).parts:
            raise ValueError(FOREIGN)  # the same whether or not there is such a file
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        check_files(each, folder, depth + 1)
