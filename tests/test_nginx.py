"""deploy/nginx.conf for real: three processes, a sub-path, and one of them killed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
from conftest import APP, free_port
from playwright.sync_api import BrowserContext, Page, expect
from test_page import ONE, SEVEN, digit, draw, seen

CONFIGURATION = APP.parent / "deploy" / "nginx.conf"
AROUND = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 512; }}
http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{ours} }}
"""


def wait_for(url: str) -> None:
    for _ in range(300):
        with suppress(httpx.TransportError):
            if httpx.get(url, follow_redirects=True).status_code == 200:
                return
        time.sleep(0.2)
    raise AssertionError(f"no answer from {url}")


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, subprocess.Popen]]:
    """Three processes of the app, by their addresses."""
    started = {}
    for number in range(3):
        port = str(free_port())
        settings = {
            "GRADIO_SERVER_PORT": port,
            "GRADIO_ROOT_PATH": "/digits",
            "GRADIO_TEMP_DIR": str(tmp_path_factory.mktemp(f"cache{number}")),
        }
        process = subprocess.Popen([sys.executable, APP], env=os.environ | settings)
        started[f"127.0.0.1:{port}"] = process
    try:
        for address in started:
            wait_for(f"http://{address}/readyz")
        yield started
    finally:
        for process in started.values():
            process.terminate()
        for process in started.values():
            process.wait(20)


@pytest.fixture(scope="module")
def front(replicas: dict[str, subprocess.Popen], tmp_path_factory) -> Iterator[str]:
    """nginx in front of them: the page's address."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx:
        reason = "no nginx: install it"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    folder, address = tmp_path_factory.mktemp("nginx"), f"127.0.0.1:{free_port()}"
    ours = CONFIGURATION.read_text().replace("127.0.0.1:8080", address)
    addresses = iter(replicas)
    ours = re.sub(r"127\.0\.0\.1:786\d", lambda _: next(addresses), ours)
    ours = ours.replace(
        "add_header Set-Cookie", "add_header Replica $upstream_addr; add_header Set-Cookie"
    )
    path = folder / "nginx.conf"
    path.write_text("user root;" * (os.geteuid() == 0) + AROUND.format(folder=folder, ours=ours))
    process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(path)])
    try:
        wait_for(f"http://{address}/digits/")
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(20)


def open_page(context: BrowserContext, front: str) -> tuple[Page, str]:
    """The page, and the replica that the person's cookie leads to."""
    context.set_default_timeout(45_000)
    page = context.new_page()
    page.goto(f"{front}/digits/")
    page.wait_for_selector("#pad .toolbar-wrap .highlight")
    return page, context.request.get(f"{front}/digits/config").headers["replica"]


def test_people_draw_on_while_one_process_dies(browser, front: str, replicas: dict) -> None:
    asked, contexts, people = [], [], {}
    try:
        while len(people) < 2 and len(contexts) < 12:
            contexts.append(browser.new_context())
            contexts[-1].on("request", lambda request: asked.append(request.url))
            page, replica = open_page(contexts[-1], front)
            people.setdefault(replica, page)
        assert len(people) == 2, "everyone came to the same process"
        for page in people.values():
            draw(page, ONE)
            expect(digit(page)).to_have_text("1")
        (dead, hers), (_, his) = people.items()
        before = seen(hers)
        replicas[dead].kill()
        draw(his, SEVEN)
        draw(hers, SEVEN)
        expect(hers.locator("#answer img")).not_to_have_attribute("src", before)
        expect(his.locator("#answer img")).not_to_have_attribute("src", before)
        assert [url for url in asked if not url.startswith((f"{front}/", "data:", "blob:"))] == []
    finally:
        for context in contexts:
            context.close()


def test_the_front_keeps_what_is_the_operators(front: str) -> None:
    for name in ("metrics", "livez", "readyz"):
        assert httpx.get(f"{front}/digits/{name}").status_code == 404
    config = httpx.get(f"{front}/digits/config").json()
    assert config["root"] == f"{front}/digits"
    assert httpx.get(f"{front}/digits").headers["location"].endswith("/digits/")
