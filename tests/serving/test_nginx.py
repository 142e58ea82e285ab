"""deploy/nginx.conf for real: three processes, one database, a sub-path, and one of them killed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file
from playwright.sync_api import Page, expect

from corrections import Corrections
from harness.browser import ONE, SEVEN, answer, draw, open_page, press
from harness.pictures import seven
from harness.postgres import Postgres, postgres
from harness.server import APP, Forked, forked, free_port, wait_for
from page.words import ENGLISH

CONFIGURATION = APP.parent / "deploy" / "nginx.conf"
AROUND = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 512; }}
http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{ours} }}
"""


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture(scope="module")
def replicas(
    database: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Forked]]:
    """Three processes of the app, by their addresses."""
    with ExitStack() as stack:
        processes = {}
        for number in range(3):
            port, cache = free_port(), str(tmp_path_factory.mktemp(f"cache{number}"))
            settings = {"GRADIO_ROOT_PATH": "/digits", "GRADIO_TEMP_DIR": cache}
            settings |= {"CORRECTIONS": database.address, "TRAINING": "0"}
            process = stack.enter_context(forked(APP, port, **settings))
            processes[f"127.0.0.1:{port}"] = process
        for address, process in processes.items():
            wait_for(f"http://{address}/readyz", process)
        yield processes


@pytest.fixture(scope="module")
def front(replicas: dict[str, Forked], tmp_path_factory) -> Iterator[str]:
    """nginx in front of them: the page's address."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx:
        reason = "no nginx: install it"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    folder, address = tmp_path_factory.mktemp("nginx"), f"127.0.0.1:{free_port()}"
    ours = CONFIGURATION.read_text().replace("127.0.0.1:8080", address)
    for number, replica in enumerate(replicas, start=1):
        ours = ours.replace(f"127.0.0.1:786{number}", replica)
    ours = ours.replace("proxy_buffering", "add_header Replica $upstream_addr; proxy_buffering")
    path = folder / "nginx.conf"
    path.write_text("user root;" * (os.geteuid() == 0) + AROUND.format(folder=folder, ours=ours))
    process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(path)])
    try:
        wait_for(f"http://{address}/digits/")
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(20)


def correct(page: Page, label: int, told: str) -> None:
    """Say what the drawing was, and see what the page says to that."""
    page.get_by_role("radio", name=str(label)).click()
    expect(page.locator("#thanks p")).to_have_text(told)


def test_a_stroke_is_one_request_that_any_replica_answers(
    new_context, front: str, replicas: dict[str, Forked]
) -> None:
    asked, answered, context = [], set(), new_context()
    try:
        page = context.new_page()
        open_page(page, f"{front}/digits/")
        page.wait_for_load_state("networkidle")
        page.on("request", lambda request: asked.append(request.url))
        page.on("response", lambda reply: answered.add(reply.headers.get("replica")))
        for stroke, digit in 3 * [(ONE, "1"), (SEVEN, "7")]:
            draw(page, stroke)
            expect(answer(page)).to_have_text(digit)
            press(page, "Clear")
        assert answered == set(replicas)
        ours = ("data:", "blob:", f"{front}/digits/gradio_api/run/predict")
        assert [url for url in asked if not url.startswith(ours)] == []
        assert context.cookies() == []
    finally:
        context.close()


def test_people_draw_and_correct_while_a_process_and_the_database_die(
    new_context, front: str, replicas: dict, database: Postgres
) -> None:
    kept, not_kept = ENGLISH["kept"], ENGLISH["not_kept"]
    asked, served, contexts = [], set(), []
    try:
        pages = []
        for _ in range(2):
            contexts.append(new_context())
            contexts[-1].on("request", lambda request: asked.append(request.url))
            contexts[-1].on("response", lambda reply: served.add(reply.headers.get("replica")))
            pages.append(contexts[-1].new_page())
            open_page(pages[-1], f"{front}/digits/")
        assert set(replicas) <= served
        for page in pages:
            page.get_by_role("button", name=ENGLISH["not_right"]).click()
            draw(page, ONE)
            expect(answer(page)).to_have_text("1")
            correct(page, 1, kept.format(label=1))
            press(page, "Clear")
        replicas[min(replicas)].kill()
        for page in pages:
            draw(page, SEVEN)
            expect(answer(page)).to_have_text("7")
            correct(page, 7, kept.format(label=7))
        database.stop()
        correct(pages[0], 4, not_kept)
        database.start()
        correct(pages[0], 4, kept.format(label=4))
        # Both drew the same, so there is one of each; the last word counts.
        labels = [correction.label for correction in Corrections(database.address).read()]
        assert labels == [1, 4]
        codes = [httpx.get(f"{front}/digits/config").status_code for _ in range(9)]
        assert codes == [200] * 9
        assert [url for url in asked if not url.startswith((f"{front}/", "data:", "blob:"))] == []
        assert all(context.cookies() == [] for context in contexts)
    finally:
        for context in contexts:
            context.close()


def test_programs_get_their_answers_in_steps(front: str, tmp_path: Path) -> None:
    (tmp_path / "seven.png").write_bytes(seven())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        client = Client(f"{front}/digits/", verbose=False)
    drawing = {"composite": handle_file(str(tmp_path / "seven.png"))}
    for _ in range(4):
        assert client.predict(drawing, api_name="/predict")["label"] == "7"


def test_the_front_keeps_what_is_the_operators(front: str) -> None:
    for name in ("metrics", "livez", "readyz"):
        for way in ("/digits/", "/digits/digits/", "/digits//"):
            assert httpx.get(f"{front}{way}{name}").status_code == 404
    config = httpx.get(f"{front}/digits/config").json()
    assert config["root"] == f"{front}/digits"
    assert httpx.get(f"{front}/digits").headers["location"].endswith("/digits/")


def test_what_takes_several_requests_fails_at_another_replica_with_a_sentence(
    replicas: dict[str, Forked],
) -> None:
    one, other = [f"http://{each}/gradio_api" for each, p in replicas.items() if p.poll() is None]
    files = {"files": ("seven.png", seven(), "image/png")}
    path = httpx.post(f"{one}/upload", files=files).json()[0]
    data = {"data": [{"composite": {"path": path, "meta": {"_type": "gradio.FileData"}}}]}
    assert "of this replica" in httpx.post(f"{other}/run/predict", json=data).json()["error"]
    event = httpx.post(f"{one}/call/predict", json=data).json()["event_id"]
    assert "another replica" in httpx.get(f"{other}/call/predict/{event}").text
    assert '"label": "7"' in httpx.get(f"{one}/call/predict/{event}").text
