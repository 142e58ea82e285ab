"""The Space, as it would run: of its own files only, in a frame of another origin."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import expect

from deploy.space import put_together, requirements
from harness.browser import SEVEN, draw
from harness.programs import nginx
from harness.server import free_port, serving, started, wait_for

# The page of the Hub, and a proxy in front of the Space: two sites.
SERVERS = """
    server {{
        listen 127.0.0.1:{hub};
        default_type text/html;
        return 200 '<iframe src="http://127.0.0.1:{proxy}/" width=1000 height=900></iframe>';
    }}
    server {{
        listen 127.0.0.1:{proxy};
        location / {{
            proxy_pass {space};
            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
        }}
    }}
"""


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "space"
    put_together(folder)
    return folder


@pytest.fixture(scope="module")
def served(space: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The Space with the variables that a Space sets; it may call nobody, and not fail."""
    folder, home = tmp_path_factory.mktemp("served"), tmp_path_factory.mktemp("home")
    home.chmod(0o555)
    variables = {
        "SYSTEM": "spaces",
        "SPACE_ID": "someone/draw-a-digit",
        "SPACE_HOST": "someone-draw-a-digit.hf.space",
        "GRADIO_SERVER_NAME": "0.0.0.0",
        "GRADIO_TEMP_DIR": "",
        "GRADIO_ANALYTICS_ENABLED": "True",
        "FORWARDED_ALLOW_IPS": "*",
        "HOME": str(home),
        "MPLCONFIGDIR": str(folder),  # Gradio loads matplotlib, which a Space has not
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with serving(folder, start=partial(started, app=space / "app.py"), **variables) as url:
        yield url
    assert list(home.iterdir()) == []  # root could write there nevertheless


@pytest.fixture
def hub(served: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The addresses of a page with the Space in a frame, and of the Space in it."""
    ports = {"hub": free_port(), "proxy": free_port()}
    with nginx(tmp_path, SERVERS.format(space=served, **ports)):
        for port in ports.values():
            wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://localhost:{ports['hub']}/", f"http://127.0.0.1:{ports['proxy']}/"


def test_it_has_what_a_space_needs_and_nothing_of_the_trainer(space: Path) -> None:
    front, _ = (space / "README.md").read_text("utf-8").removeprefix("---\n").split("---\n", 1)
    settings = yaml.safe_load(front)
    assert settings["sdk"] == "gradio" and settings["app_file"] == "app.py"
    assert settings["sdk_version"] == requirements()["gradio"]
    assert len(settings["short_description"]) <= 60  # the Hub refuses more
    there = {path.relative_to(space).parts[0] for path in space.rglob("*") if path.is_file()}
    assert there == {
        *("README.md", "LICENSE", ".gitattributes", "requirements.txt", "app.py"),
        *("corrections.py", "model", "page", "serving", "weights"),
    }
    assert sum(path.stat().st_size for path in space.rglob("*")) < 5_000_000


def test_nothing_but_a_space_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ValueError, match="is no Space"):
        put_together(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_people_draw_in_a_frame_of_another_site(new_context, hub: tuple[str, str]) -> None:
    context = new_context()
    page = context.new_page()
    page.goto(hub[0])
    frame = page.frame_locator("iframe")
    expect(frame.locator("#pad .state")).not_to_be_empty()
    page.wait_for_load_state("networkidle")  # a frame not yet painted may lose input
    draw(page, SEVEN, frame=frame)
    expect(frame.locator("#answer h2")).to_have_text("7")
    page.wait_for_load_state("networkidle")  # what is asked for late
    assert context.cookies() == []
    context.close()
