"""deploy/nginx.conf for real: two processes, one database, a sub-path, and one of them killed."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack
from multiprocessing.process import BaseProcess

import httpx
import pytest
from gradio_client import Client, handle_file
from playwright.sync_api import Response, expect

from corrections import Corrections
from harness.browser import ANSWER, ONE, SEVEN, draw, open_page
from harness.pictures import data_uri, encoded
from harness.pictures import draw as draw_strokes
from harness.server import APP, IS_ROOT, Postgres, free_port, required, started, wait_for
from page.words import ENGLISH

PEOPLE = 8
CONFIGURATION = APP.parent / "deploy" / "nginx.conf"


@pytest.fixture(scope="module")
def replicas(
    database: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, BaseProcess]]:
    """Two processes of the app, by their addresses."""
    settings = {"GRADIO_ROOT_PATH": "/digits", "CORRECTIONS": database.address, "TRAINING": "0"}
    with ExitStack() as stack:
        folders = [tmp_path_factory.mktemp("replica") for _ in range(2)]
        yield dict(stack.enter_context(started(each, **settings)) for each in folders)


@pytest.fixture(scope="module")
def front(replicas: dict[str, BaseProcess], tmp_path_factory) -> Iterator[str]:
    """nginx in front of them, and of a third one that is not there: the page's address."""
    folder, address = tmp_path_factory.mktemp("nginx"), f"127.0.0.1:{free_port()}"
    ours = CONFIGURATION.read_text().replace("127.0.0.1:8080", address)
    for number, url in enumerate([f"http://127.0.0.1:{free_port()}", *replicas], start=1):
        ours = ours.replace(f"127.0.0.1:786{number}", url.removeprefix("http://"))
    ours = ours.replace("proxy_buffering", "add_header Replica $upstream_addr; proxy_buffering")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"{'user root;' * IS_ROOT} daemon off; pid {folder}/pid; error_log {folder}/error.log;"
        f" events {{ }} http {{ access_log off; {paths} {ours} }}"
    )
    with subprocess.Popen([required("nginx"), "-p", folder, "-c", "nginx.conf"]) as process:
        wait_for(f"http://{address}/digits/")
        yield f"http://{address}"
        process.terminate()


def test_programs_get_their_answers_in_steps(front: str, monkeypatch) -> None:
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    file = handle_file(APP.parent / "page" / "examples" / "7.png")
    drawing = {"background": None, "layers": [], "composite": file}
    for _ in range(3):
        # Anew: a second event may come as Gradio's server closes its client's stream, and is lost.
        client = Client(f"{front}/digits/", verbose=False)
        assert client.predict(drawing, api_name="/predict")["label"] == "7"


def test_the_front_keeps_what_is_the_operators(front: str) -> None:
    with httpx.Client(base_url=front) as client:
        for name in ("metrics", "livez", "readyz"):
            for way in ("/digits/", "/digits/digits/", "/digits//"):
                assert client.get(f"{way}{name}").status_code == 404
        assert client.get("/digits/config").json()["root"] == f"{front}/digits"
        assert client.get("/digits").headers["location"].endswith("/digits/")


def test_people_draw_and_correct_while_replicas_and_the_database_die(
    new_context: Callable, front: str, replicas: dict[str, BaseProcess], database: Postgres
) -> None:
    context, answered = new_context(), set()
    predict = f"{front}/digits/gradio_api/run/predict"
    page = context.new_page()
    open_page(page, f"{front}/digits/")
    page.get_by_role("button", name=ENGLISH["not_right"]).click()

    def note(reply: Response) -> None:
        if reply.url == predict:
            answered.add(f"http://{reply.headers['replica'].split()[-1]}")  # not those tried before

    page.on("response", note)

    def correct(digit: int, told: str) -> None:
        page.get_by_role("radio", name=str(digit)).click()
        expect(page.locator("#thanks p")).to_have_text(ENGLISH[told].format(label=digit))

    def kept() -> list[int]:
        return [each.label for each in Corrections(database.address).read()]

    for stroke, digit in 2 * [(ONE, 1), (SEVEN, 7)]:
        draw(page, stroke)
        expect(page.locator(ANSWER)).to_have_text(str(digit))
        with page.expect_request(predict) as sent:  # not a drawing, which may be sent again
            correct(digit, "kept")
        page.get_by_title("Clear").click()
    assert answered == set(replicas)  # one request a stroke, and any replica answers
    feet = [(0.3 + 0.02 * n, 0.95) for n in range(PEOPLE)]  # of sevens that differ
    sevens = [draw_strokes([[(0.1, 0.1), (0.9, 0.1), foot]]) for foot in feet]
    correction = sent.value.post_data_json
    _, *choices = correction["data"]
    bodies = [correction | {"data": [data_uri(encoded(each)), *choices]} for each in sevens]
    before = kept()
    victim = next(iter(replicas.values()))
    os.kill(victim.pid, signal.SIGSTOP)
    with httpx.Client(timeout=60) as client, ThreadPoolExecutor(PEOPLE) as people:
        posted = [people.submit(client.post, predict, json=each) for each in bodies]
        wait(posted, 60, FIRST_COMPLETED)
        wait(posted, 0.7)  # for all but the victim's
        assert 0 < sum(each.done() for each in posted) < PEOPLE
        victim.kill()
    told = {each.result().text for each in posted}
    assert [text for text in told if ENGLISH["kept"].format(label=7) not in text] == []
    draw(page, ONE)
    expect(page.locator(ANSWER)).to_have_text("1")
    assert kept() == before + [7] * PEOPLE  # none lost, none twice
    database.stop()
    correct(4, "not_kept")
    database.start()
    correct(4, "kept")
    context.close()
