"""The tab "Watch it learn" in a real browser: the trainer of the command line, watched."""

import base64
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from harness.browser import ONE, PREDICT, answer, draw, open_page, violations
from harness.pictures import SEVEN
from harness.pictures import draw as draw_strokes
from model import Recognizer
from model.picture.prepare import prepare
from page.train import KEPT, charts_of, knob_text, pixels_of
from page.words import ENGLISH
from training.config import RECIPES, SETTINGS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def train(server: str, usual_context: BrowserContext) -> Iterator[Callable]:
    """Draws a 1 and opens the tab, with settings of the tutorial's recipe changed."""
    pages = []

    def open_tab(**settings: str) -> Page:
        page = usual_context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": 1280, "height": 1000})
        open_page(page, server)
        draw(page, ONE)
        expect(answer(page)).to_be_visible()
        with page.expect_response(PREDICT):  # Gradio may forget what is filled in before
            page.get_by_role("tab", name=ENGLISH["train"]).click()
        fill(page, **settings)
        return page

    yield open_tab
    for page in pages:  # each keeps two connections open, of six
        page.close()


def fill(page: Page, **settings: str) -> None:
    for name, value in settings.items():
        knob = page.get_by_label(name, exact=False).first
        expect(knob).not_to_have_value("")
        knob.fill(value)


def press(page: Page, key: str) -> None:
    page.get_by_role("button", name=ENGLISH[key], exact=True).click()


def state(page: Page):
    return page.locator("#state p")


LONG = {"epochs": "100", "batch_size": "1", "hidden": "300 300"}


def test_gives_the_command_lines_file(train: Callable, server_folder: Path, tmp_path: Path) -> None:
    page = train(epochs="3")
    press(page, "start")
    expect(state(page)).to_contain_text("Finished after 3 epochs", timeout=60_000)
    expect(page.locator("#charts polyline.now")).to_have_count(4)
    expect(page.locator("#answers text")).to_have_count(10)
    expect(page.locator("#answers")).to_contain_text("Your drawing:")
    expect(page.locator("#weights img")).to_have_attribute("src", re.compile("^data:image/png"))
    expect(page.locator("#results table tbody tr")).to_have_count(10)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_download() as download:
        press(page, "download")
    typed = page.locator("#command").locator("textarea, input").input_value()
    arguments = [*shlex.split(typed)[1:-1], tmp_path / "typed.npz", "--mnist-dir", server_folder]
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
    assert Path(download.value.path()).read_bytes() == (tmp_path / "typed.npz").read_bytes()
    press(page, "start")  # the run before stays, pale
    expect(page.locator("#charts polyline.earlier[points]:not([points=''])")).to_have_count(4)
    expect(state(page)).to_contain_text("Finished after 3 epochs", timeout=60_000)
    said = page.locator("#said p")
    by_the_shipped = said.inner_text()
    press(page, "use")
    page.get_by_role("tab", name=ENGLISH["draw"], exact=True).click()
    own = page.get_by_label(ENGLISH["own_network"])
    expect(own).to_be_checked()
    expect(said).not_to_have_text(by_the_shipped)  # it has learned what looks like no digit
    own.uncheck()
    expect(said).to_have_text(by_the_shipped)


def test_pause_step_and_stop(train: Callable) -> None:
    page = train(**LONG)
    press(page, "start")
    chart = page.locator("#charts")
    expect(chart.locator("polyline.now").first).to_be_attached(timeout=60_000)
    press(page, "pause")
    expect(state(page)).to_contain_text(re.compile("Paused. Epoch"))
    paused = chart.inner_html()
    page.wait_for_timeout(500)  # two looks, if it went on
    assert chart.inner_html() == paused
    press(page, "step")
    expect(chart).not_to_have_js_property("innerHTML", paused)
    press(page, "stop")  # perhaps before the first epoch has ended
    expect(state(page)).to_have_text(re.compile("nothing to keep|nothing is saved|Finished"))


def test_one_trains_at_a_time_and_a_closed_page_frees_the_place(train: Callable) -> None:
    first, second = train(**LONG), train(epochs="2", batch_size="5")  # learns enough to finish
    press(first, "start")
    expect(first.locator("#charts polyline.now").first).to_be_attached(timeout=60_000)
    press(second, "start")
    expect(second.locator("#charts")).to_contain_text("queue", timeout=10_000)
    first.close()
    expect(state(second)).to_contain_text("Finished after 2 epochs", timeout=60_000)


def test_what_is_wrong_is_said(train: Callable) -> None:
    page = train(hidden="a lot")
    press(page, "start")
    body = page.locator("body")
    expect(body).to_contain_text("hidden is 'a lot'; expected whole numbers")
    fill(page, hidden="100", epochs="1000000")
    press(page, "start")
    expect(body).to_contain_text("epochs is 1000000; expected 1 to 100")
    fill(page, epochs="2", learning_rate="1000000", momentum="0.9")
    page.get_by_label("loss").first.click()
    page.get_by_role("option", name="least-squares").click()
    press(page, "start")
    expect(state(page)).to_contain_text("learning rate", timeout=60_000)
    assert f"/{ROOT.parts[1]}/" not in body.inner_text()


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_form_offers_each_recipe_within_its_bounds(recipe: str) -> None:
    offered = {name: knob_text(recipe, name) for name in SETTINGS}
    config = RECIPES[recipe].with_page_values(offered)
    assert replace(config, strokes=RECIPES[recipe].strokes) == RECIPES[recipe]


def test_the_better_the_higher_is_accuracy_and_the_lower_loss() -> None:
    first, last = ((0, 2, 0.1, None, None), (1, 0.5, 0.9, 1, 0.8))
    looks = [dict(zip(KEPT, values)) for values in (first, last)]
    lines = re.findall(r'class="now training" points="(.*?)"', charts_of(looks, [], ENGLISH))
    assert lines == ["0.000,0.00000 1.000,1.50000", "0.000,0.90000 1.000,0.10000"]


def test_a_training_is_sent_the_drawing_in_mnists_box(recognizer: Recognizer) -> None:
    """It prepares the drawing itself, as its recipe does."""
    drawing = draw_strokes(SEVEN)
    value = {"background": None, "layers": [], "composite": drawing}
    sent = np.frombuffer(base64.b64decode(pixels_of(value, recognizer)), np.uint8)
    np.testing.assert_allclose(sent / 255, prepare(drawing).ravel(), atol=1 / 255)
