"""The tab "Watch it learn" in a real browser: the trainer of the command line, watched."""

import asyncio
import base64
import re
import shlex
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from harness import pictures
from harness.browser import ANSWER, ONE, PAINTED, draw, violations
from model import Recognizer
from model.picture.prepare import prepare
from page.train import KEPT, _messages, charts_of, knob_text, pixels_of
from page.words import ENGLISH
from training.cli import main
from training.config import RECIPES, SETTINGS

POINTS = "[points]:not([points=''])"


class Tab:
    """The tab on a page, with a 1 drawn."""

    def __init__(self, page: Page) -> None:
        self.page, self.charts, self.state = page, page.locator("#charts"), page.locator("#state p")
        draw(page, ONE)
        expect(page.locator(ANSWER)).to_be_visible()
        page.get_by_role("tab", name=ENGLISH["train"]).click()
        expect(page.get_by_label("epochs")).to_be_visible()
        page.evaluate(PAINTED)

    def press(self, key: str) -> None:
        self.page.get_by_role("button", name=ENGLISH[key], exact=True).click()

    def start(self, **settings: str) -> None:
        for name, value in settings.items():
            self.page.get_by_label(name, exact=False).first.fill(value)
        self.press("start")

    def leave(self) -> None:
        self.page.get_by_role("tab", name=ENGLISH["draw"], exact=True).click()


@pytest.fixture
def train(page: Page) -> Iterator[Tab]:
    yield (tab := Tab(page))
    tab.leave()


def test_gives_the_command_lines_file(train: Tab, mnist_dir: Path, tmp_path: Path) -> None:
    page = train.page
    train.start(epochs="3")
    expect(train.state).to_contain_text("Finished after 3 epochs", timeout=60_000)
    expect(train.charts.locator(f".now{POINTS}")).to_have_count(4)
    expect(page.locator("#answers text")).to_have_count(10)
    expect(page.locator("#answers")).to_contain_text("Your drawing:")
    expect(page.locator("#weights img")).to_have_attribute("src", re.compile("^data:image/png"))
    expect(page.locator("#results table tbody tr")).to_have_count(10)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_download() as download:
        train.press("download")
    typed = page.locator("#command").locator("textarea, input").input_value()
    arguments = [*shlex.split(typed)[3:], "--mnist-dir", str(mnist_dir)]
    assert main([*arguments, "--output", str(tmp_path / "typed.npz")]) == 0
    assert Path(download.value.path()).read_bytes() == (tmp_path / "typed.npz").read_bytes()
    said = page.locator("#said p")
    by_the_shipped = said.inner_text()
    train.press("use")  # it shows the pad
    own = page.get_by_label(ENGLISH["own_network"])
    expect(own).to_be_checked()
    expect(said).not_to_have_text(by_the_shipped)  # it has learned what looks like no digit
    own.uncheck()
    expect(said).to_have_text(by_the_shipped)


def test_one_trains_at_a_time_pauses_steps_stops_and_leaves_its_place(
    train: Tab, new_page: Callable
) -> None:
    first, long = Tab(new_page()), {"epochs": "100", "batch_size": "1", "hidden": "300"}
    first.start(**long)
    expect(first.charts.locator(f".training.now{POINTS}")).to_have_count(2, timeout=60_000)
    expect(first.page.get_by_role("button", name=ENGLISH["start"], exact=True)).to_be_disabled()
    first.press("pause")
    expect(first.state).to_contain_text("Paused. Epoch")
    paused = first.charts.inner_html()
    first.page.wait_for_timeout(500)  # two looks, if it went on
    assert first.charts.inner_html() == paused
    first.press("step")
    expect(first.charts).not_to_have_js_property("innerHTML", paused)
    train.page.bring_to_front()
    train.start(**long)
    expect(train.charts.get_by_text("queue")).to_be_in_viewport(ratio=1, timeout=10_000)
    expect(train.page.get_by_role("button", name=ENGLISH["stop"], exact=True)).to_be_disabled()
    first.page.close()
    expect(train.state).to_contain_text(ENGLISH["is_training"], timeout=60_000)
    train.press("stop")
    expect(train.state).to_contain_text(re.compile("Finished|nothing to keep"))


def test_what_is_wrong_is_said(train: Tab) -> None:
    page, recipe = train.page, "framework-least-squares"
    page.get_by_label("recipe").first.click()
    page.get_by_role("option", name=recipe, exact=True).click()
    rate = page.get_by_label("learning_rate")
    expect(rate).to_have_value(knob_text(recipe, "learning_rate"))
    train.start(hidden="a lot")
    expect(page.locator("body")).to_contain_text("hidden is 'a lot'; expected whole numbers")
    train.start(hidden="100", learning_rate="1000000")
    expect(train.state).to_contain_text("learning rate", timeout=60_000)
    assert f"/{Path(__file__).parts[1]}/" not in page.locator("body").inner_text()


def test_a_training_that_dies_is_told() -> None:
    async def last() -> dict:
        *_, told = [each async for each in _messages("somebody", ["-c", ""], "", ENGLISH)]
        await asyncio.sleep(0.1)  # its pipes are closed
        return told

    with ThreadPoolExecutor(1) as pool:  # Playwright's event loop is in this thread
        told = pool.submit(asyncio.run, last()).result()
    assert told == {"kind": "failed", "text": ENGLISH["killed"]}


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_form_offers_each_recipe_within_its_bounds(recipe: str) -> None:
    offered = {name: knob_text(recipe, name) for name in SETTINGS}
    config = RECIPES[recipe].with_page_values(offered)
    assert replace(config, strokes=RECIPES[recipe].strokes) == RECIPES[recipe]


def test_the_better_the_higher_is_accuracy_and_the_lower_loss() -> None:
    first, last = ((0, 2, 0.1, None, None), (1, 0.5, 0.9, 1, 0.8))
    looks = [dict(zip(KEPT, values)) for values in (first, last)]
    shown = charts_of(looks, looks[:1], ENGLISH)
    lines = re.findall(r'class="(\w+) training" points="(.*?)"', shown)
    loss, accuracy = ["0.000,0.00000 1.000,1.50000", "0.000,0.90000 1.000,0.10000"]
    before = [("earlier", line.split()[0]) for line in (loss, accuracy)]
    assert lines == [before[0], ("now", loss), before[1], ("now", accuracy)]


def test_a_training_is_sent_the_drawing_in_mnists_box(recognizer: Recognizer) -> None:
    """It prepares the drawing itself, as its recipe does."""
    drawing = pictures.draw(pictures.SEVEN)
    sent = pixels_of({"layers": [], "composite": drawing}, recognizer)
    pixels = np.frombuffer(base64.b64decode(sent), np.uint8)
    np.testing.assert_allclose(pixels / 255, prepare(drawing).ravel(), atol=1 / 255)
