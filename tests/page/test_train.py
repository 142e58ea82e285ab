"""The tab "Watch it learn" in a real browser: the trainer of the command line, watched."""

import base64
import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from harness.browser import ONE, PREDICT, answer, draw, violations
from harness.pictures import SEVEN
from harness.pictures import draw as draw_strokes
from model import Recognizer
from model.picture.prepare import prepare
from page.train import KEPT, charts_of, knob_text, pixels_of
from page.words import ENGLISH
from training.cli import main
from training.config import RECIPES, SETTINGS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def open_tab(new_page: Callable) -> Callable[[], Page]:
    """Opens a page, draws a 1 and opens the tab."""

    def open_tab() -> Page:
        page = new_page()
        page.set_viewport_size({"width": 1280, "height": 1000})
        draw(page, ONE)
        expect(answer(page)).to_be_visible()
        with page.expect_response(PREDICT):  # Gradio may forget what is filled in before
            page.get_by_role("tab", name=ENGLISH["train"]).click()
        return page

    return open_tab


@pytest.fixture(scope="module")
def train(open_tab: Callable) -> Page:
    return open_tab()


def choose(page: Page, name: str, value: str) -> None:
    page.get_by_label(name).first.click()
    page.get_by_role("option", name=value, exact=True).click()


def choose_recipe(page: Page, name: str) -> None:
    choose(page, "recipe", name)
    expect(page.get_by_label("learning_rate")).to_have_value(knob_text(name, "learning_rate"))


def press(page: Page, key: str) -> None:
    page.get_by_role("button", name=ENGLISH[key], exact=True).click()


def start(page: Page, **settings: str) -> None:
    for name, value in settings.items():
        knob = page.get_by_label(name, exact=False).first
        expect(knob).not_to_have_value("")
        knob.fill(value)
    press(page, "start")


def state(page: Page) -> Locator:
    return page.locator("#state p")


LONG = {"epochs": "100", "batch_size": "1", "hidden": "300"}
WITH_POINTS = "[points]:not([points=''])"


def test_what_is_wrong_is_said(train: Page) -> None:
    start(train, hidden="a lot")
    body = train.locator("body")
    expect(body).to_contain_text("hidden is 'a lot'; expected whole numbers")
    start(train, hidden="100", epochs="1000000")
    expect(body).to_contain_text("epochs is 1000000; expected 1 to 100")
    choose(train, "loss", "least-squares")
    start(train, epochs="2", learning_rate="1000000", momentum="0.9")
    expect(state(train)).to_contain_text("learning rate", timeout=60_000)
    assert f"/{ROOT.parts[1]}/" not in body.inner_text()


def test_one_trains_at_a_time_stops_pauses_steps_and_leaves_its_place(
    train: Page, open_tab: Callable
) -> None:
    first = open_tab()
    start(first, **LONG)
    expect(first.locator(f"#charts .validation{WITH_POINTS}")).to_have_count(2, timeout=60_000)
    press(first, "stop")
    expect(state(first)).to_have_text(re.compile("nothing is saved|Finished"))
    press(first, "start")  # the run before stays, pale
    chart = first.locator("#charts")
    expect(chart.locator(f".earlier{WITH_POINTS}")).to_have_count(4, timeout=60_000)
    press(first, "pause")
    expect(state(first)).to_contain_text(re.compile("Paused. Epoch"))
    paused = chart.inner_html()
    first.wait_for_timeout(500)  # two looks, if it went on
    assert chart.inner_html() == paused
    press(first, "step")
    expect(chart).not_to_have_js_property("innerHTML", paused)
    train.bring_to_front()
    choose_recipe(train, "framework")
    start(train, epochs="2", batch_size="5")  # learns enough to finish
    expect(train.locator("#charts")).to_contain_text("queue", timeout=10_000)
    first.close()
    expect(state(train)).to_contain_text("Finished after 2 epochs", timeout=60_000)


def test_gives_the_command_lines_file(train: Page, server_folder: Path, tmp_path: Path) -> None:
    choose_recipe(train, "tutorial")
    start(train, epochs="3")
    expect(state(train)).to_contain_text("Finished after 3 epochs", timeout=60_000)
    expect(train.locator("#charts polyline.now")).to_have_count(4)
    expect(train.locator("#answers text")).to_have_count(10)
    expect(train.locator("#answers")).to_contain_text("Your drawing:")
    expect(train.locator("#weights img")).to_have_attribute("src", re.compile("^data:image/png"))
    expect(train.locator("#results table tbody tr")).to_have_count(10)
    assert violations(train) == []
    assert train.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with train.expect_download() as download:
        press(train, "download")
    typed = train.locator("#command").locator("textarea, input").input_value()
    arguments = [*shlex.split(typed)[3:], "--mnist-dir", str(server_folder)]
    assert main([*arguments, "--output", str(tmp_path / "typed.npz")]) == 0
    assert Path(download.value.path()).read_bytes() == (tmp_path / "typed.npz").read_bytes()
    said = train.locator("#said p")
    by_the_shipped = said.inner_text()
    press(train, "use")
    train.get_by_role("tab", name=ENGLISH["draw"], exact=True).click()
    own = train.get_by_label(ENGLISH["own_network"])
    expect(own).to_be_checked()
    expect(said).not_to_have_text(by_the_shipped)  # it has learned what looks like no digit
    own.uncheck()
    expect(said).to_have_text(by_the_shipped)


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
