"""The Space, as it would run: of its own files only, in a frame of another origin."""

from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from threading import Thread

import pytest
import yaml
from playwright.sync_api import expect

from deploy.space import put_together
from harness.browser import PAINTED, SEVEN, draw
from harness.server import started


def test_nothing_but_a_space_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ValueError, match="is no Space"):
        put_together(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_it_has_what_it_needs_and_people_draw_in_a_frame_of_another_site(
    tmp_path: Path, new_context
) -> None:
    """With the variables that a Space sets; it may call nobody, and not fail."""
    put_together(space := tmp_path / "space")
    settings = yaml.safe_load((space / "README.md").read_text("utf-8").split("---\n")[1])
    assert len(settings["short_description"]) <= 60  # the Hub refuses more
    assert {path.name for path in space.iterdir()} == {
        *("README.md", "LICENSE", ".gitattributes", "requirements.txt", "app.py"),
        *("corrections.py", "model", "page", "serving", "weights"),
    }
    (space / "matplotlib.py").write_text("raise ImportError")  # a Space has none
    (home := tmp_path / "home").mkdir(mode=0o555)
    variables = {"SPACE_ID": "someone/draw-a-digit", "SPACE_HOST": "someone-draw-a-digit.hf.space"}
    variables |= {"SYSTEM": "spaces", "GRADIO_ANALYTICS_ENABLED": "True", "HOME": str(home)}
    server = {"GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_TEMP_DIR": "", "FORWARDED_ALLOW_IPS": "*"}
    app, serve = space / "app.py", partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with (
        started(tmp_path, app=app, method="spawn", **variables, **server) as (url, _),
        HTTPServer(("127.0.0.1", 0), serve) as hub,
    ):
        Thread(target=hub.serve_forever, daemon=True).start()
        html = f"<iframe src='{url}' width=1000 height=900></iframe>"
        (tmp_path / "index.html").write_text(html)
        page = new_context().new_page()
        page.goto(f"http://localhost:{hub.server_port}/")  # another site than 127.0.0.1
        frame = page.frame_locator("iframe")
        expect(frame.locator("#pad .state")).not_to_be_empty()
        frame.locator("#pad").evaluate(PAINTED)
        draw(frame, SEVEN)
        expect(frame.locator("#answer h2")).to_have_text("7")
        assert page.context.cookies() == []
        page.close()
        hub.shutdown()
    assert list(home.iterdir()) == []  # root could write there nevertheless
