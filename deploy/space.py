"""Put together a Hugging Face Space in a folder: `make space`.

It has what the container image has, and of its own the Space's settings and requirements.
"""

import re
import shutil
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
# For `sdk: gradio`. A Space installs its own Gradio, of `sdk_version`.
README = """\
---
title: Draw a digit
emoji: ✏️
colorFrom: blue
colorTo: gray
sdk: gradio
sdk_version: {gradio}
python_version: "3.11"
app_file: app.py
license: mit
short_description: A network from scratch in NumPy reads what you draw
---
Draw a digit or a number and see at once which it is. Behind it is a neural network written from
scratch in NumPy. Drawings stay between your browser and this Space.
"""
# The Hub refuses binary files that are not in its large file storage.
ATTRIBUTES = (
    "*.npz filter=lfs diff=lfs merge=lfs -text\n*.png filter=lfs diff=lfs merge=lfs -text\n"
)


def requirements() -> dict[str, str]:
    """What the app needs itself, with the driver for PostgreSQL: names and tested versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["postgresql"]
    pins = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements-serving.txt").read_text(), re.M)
    versions = dict(pins)
    names = [Requirement(each) for each in asked]
    return {re.sub("[<>=].*", "", str(each)): versions[each.name] for each in names}


def put_together(folder: Path) -> None:
    """Write the Space to a folder, anew. Raises ValueError if the folder holds something else."""
    if folder.exists() and not (folder / "app.py").exists():
        raise ValueError(f"{folder} is no Space; expected one made before, or no such folder")
    shutil.rmtree(folder, ignore_errors=True)
    image = (ROOT / ".dockerignore").read_text().splitlines()
    for name in [line[1:] for line in image if line.startswith("!")]:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.tmp"))
        else:
            shutil.copy(source, target)
    (folder / "requirements-serving.txt").unlink()  # its hashes would be asked of Gradio's too
    shutil.copy(ROOT / "LICENSE", folder)
    pinned = requirements()
    lines = [f"{name}=={version}\n" for name, version in pinned.items()]
    (folder / "requirements.txt").write_text("".join(lines))
    (folder / "README.md").write_text(README.format(gradio=pinned["gradio"]), "utf-8")
    (folder / ".gitattributes").write_text(ATTRIBUTES)


if __name__ == "__main__":
    try:
        put_together(Path(sys.argv[1]))
    except ValueError as error:
        sys.exit(str(error))
