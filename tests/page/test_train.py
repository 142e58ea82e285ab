"""/train in a real browser: start, watch, step, stop, draw, download, and what goes wrong."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from harness.browser import SEVEN, draw, open_page
from harness.pictures import seven
from harness.server import forked, serving
from harness.training import gone_within, training, workers
from model import Recognizer
from page.train.words import CHINESE, ENGLISH

WCAG_AA = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
LONG = {"hidden": "300 300", "batch_size": "1", "epochs": "100"}


@pytest.fixture(scope="module")
def real_url(mnist, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that trains on the real MNIST, from where the tests have it."""
    with serving(tmp_path_factory.mktemp("real"), start=forked) as address:
        yield address


@pytest.fixture
def open_train(new_context: Callable) -> Iterator[Callable]:
    contexts, errors = [], []

    def open_it(url: str, **options) -> Page:
        contexts.append(new_context(**options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{url}/train")
        page.wait_for_selector("train-page canvas")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="module")
def page(train_url: str, new_context: Callable) -> Iterator[Page]:
    """A page on which one test after the other trains; opening it takes longer than they do."""
    errors = []
    opened = new_context(viewport={"width": 1280, "height": 900}).new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(f"{train_url}/train")
    opened.wait_for_selector("train-page canvas")
    yield opened
    opened.context.close()
    assert errors == []


def start(page: Page) -> None:
    page.locator("[data-do=start]").click()


def button(page: Page, name: str):
    return page.locator("#controls").get_by_role("button", name=name, exact=True)


def expect_state(page: Page, state: str) -> None:
    expect(page.locator("train-page")).to_have_attribute("data-state", state, timeout=30_000)


def fill(page: Page, **settings: str) -> None:
    for name, value in settings.items():
        knob = page.locator(f"[name={name}]")
        is_list = knob.evaluate("(knob) => knob.tagName") == "SELECT"
        (knob.select_option if is_list else knob.fill)(value)


def curve(page: Page, kind: str, chart: str = "loss") -> int:
    """The number of a curve's points."""
    line = page.locator(f"[data-chart={chart}] path.{kind}")
    return len(re.findall("[ML]", line.get_attribute("d"))) if line.count() else 0


def bars(page: Page, reader: str) -> list[float]:
    return page.locator(f"[data-reader={reader}] .ten i").evaluate_all(
        "(bars) => bars.map((bar) => Number(bar.style.getPropertyValue('--sure')))"
    )


def test_watch_it_learn_and_use_what_it_has_learned(
    real_url: str, new_context: Callable, tmp_path: Path
) -> None:
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    open_page(page, real_url)
    draw(page, SEVEN)
    page.get_by_role("link", name="Watch it learn").click()
    expect(page).to_have_title("Watch it learn")
    expect(page.locator("[data-reader=shipped] b")).to_have_text("7")  # the drawing came along
    expect(page.get_by_text(ENGLISH["data_mnist"])).to_be_visible()
    fill(page, epochs="2")

    button(page, "One batch").click()
    expect_state(page, "paused")
    expect(page.locator("#state")).to_have_text("Paused in epoch 1 of 2.")
    expect(page.get_by_role("img", name="The weights of 100 units as pictures")).to_be_visible()
    expect(page.locator("[data-reader=trained] b")).not_to_be_empty()
    before, weights = bars(page, "trained"), page.locator("#units img").get_attribute("src")
    assert curve(page, "train") == 1
    button(page, "One epoch").click()
    expect(page.locator("#state")).to_have_text(re.compile("Training"))
    expect_state(page, "paused")
    grown = curve(page, "train")
    assert grown >= 10 and curve(page, "validation", "accuracy") >= 3
    assert bars(page, "trained") != before
    assert page.locator("#units img").get_attribute("src") != weights
    button(page, "Go on").click()
    expect_state(page, "finished")
    assert curve(page, "train") > grown

    expect(page.locator("#accuracy")).to_have_text(re.compile(r"^9\d\.\d%$"))
    expect(page.locator("#styles strong")).to_have_text(re.compile(r"^[5-8]\d\.\d%$"))
    expect(page.locator("[data-reader=trained] b")).to_have_text("7")
    cell = page.locator("td button").first
    cell.click()
    name = page.locator("#which").inner_text()
    assert cell.get_attribute("aria-label").startswith(name)
    expect(page.get_by_role("img", name=re.compile(name[0] + ", read as"))).not_to_have_count(0)
    page.locator("#drawn [data-tool=clear]").click()
    expect(page.locator("[data-reader=trained] b")).to_be_empty()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    download.value.save_as(tmp_path / download.value.suggested_filename)
    recognizer = Recognizer.load(tmp_path / "nnmodel.npz")
    assert recognizer.recognize(Image.open(BytesIO(seven()))).digit == 7
    expect(page.locator("#command code")).to_have_text(
        "python -m training --recipe tutorial --epochs 2 --output nnmodel.npz"
    )
    page.get_by_role("link", name="Back to drawing").click()
    page.wait_for_selector("digit-page canvas")
    page.context.close()


def test_pauses_goes_on_and_stops(page: Page) -> None:
    fill(page, recipe="tutorial")
    fill(page, hidden="300", batch_size="1", epochs="100")
    start(page)
    expect(page.locator("#state")).to_have_text(re.compile(r"epoch \d+ of 100\. \d+ s left"))
    button(page, "Pause").click()
    expect_state(page, "paused")
    paused = curve(page, "train")
    page.wait_for_timeout(700)
    assert curve(page, "train") == paused
    button(page, "Go on").click()
    page.wait_for_function(
        "(count) => document.querySelector('path.train').getAttribute('d').length > 20 * count",
        arg=paused,
    )
    expect(page.locator("#state")).to_have_text(re.compile(r"epoch ([2-9]|\d\d) of 100"))
    button(page, "Stop").click()
    expect_state(page, "stopped")
    epochs = int(re.search(r"after (\d+)", page.locator("#state").inner_text())[1])
    expect(page.locator("#interrupted")).to_have_text(f"then Ctrl-C in epoch {epochs + 1}.")


def test_impossible_values_are_refused_in_place(page: Page) -> None:
    fill(page, recipe="tutorial")
    fill(page, epochs="1000")
    page.keyboard.press("Tab")
    wrong = page.locator("[data-wrong=epochs]")
    expect(wrong).to_have_text("A whole number from 1 to 100, please.")
    expect(page.locator("[name=epochs]")).to_have_attribute("aria-invalid", "true")
    start(page)
    expect(page.locator("[name=epochs]")).to_be_focused()
    fill(page, recipe="framework")
    expect(wrong).to_be_empty()
    expect(page.locator("[name=hidden]")).to_have_value("50 50")


@pytest.mark.parametrize(
    ("settings", "sentence", "rate"),
    [
        ({"recipe": "tutorial", "epochs": "50"}, "It learns nothing", "0.5"),
        ({"recipe": "framework"}, "The loss has left the scale", "0.1"),
        ({"recipe": "tutorial", "epochs": "50", "momentum": "0.99"}, "makes 100000", "0.005"),
    ],
    ids=["flat", "diverges", "with momentum"],
)
def test_a_rate_of_1000_teaches_too(page: Page, settings: dict, sentence: str, rate: str) -> None:
    fill(page, recipe=settings["recipe"])
    fill(page, learning_rate="1000", **{k: v for k, v in settings.items() if k != "recipe"})
    start(page)
    expect(page.locator("#trouble")).to_contain_text(sentence)
    expect(page.locator("#trouble")).to_contain_text("1000")
    if rate == "0.1":
        expect(page.locator("[data-chart=loss] text.over")).to_contain_text("▲")
    page.get_by_role("button", name=f"Try {rate}").click()
    expect_state(page, "finished")
    expect(page.locator("#trouble")).to_be_hidden()
    expect(page.locator("[name=learning_rate]")).to_have_value(rate)
    assert curve(page, "earlier") > 0
    expect(page.locator("[data-chart=loss] .legend .earlier")).to_contain_text("1000")


def test_waits_in_line_and_watches(train_url: str, page: Page) -> None:
    with training(train_url, **LONG) as other:
        other.until("yours")
        other.until("point")
        fill(page, recipe="framework")
        start(page)
        expect(page.locator("#state")).to_contain_text("you are number 1 in line")
        expect(page.locator("#units img")).to_be_visible()
        expect(button(page, "Pause")).to_be_disabled()
    expect_state(page, "finished")


def test_a_killed_training_is_said_and_a_closed_tab_ends_its_own(
    train_url: str, train_folder: Path, open_train: Callable
) -> None:
    page = open_train(train_url)
    fill(page, **LONG)
    start(page)
    expect_state(page, "training")
    for pid in workers(str(train_folder)):
        os.kill(pid, signal.SIGKILL)
    expect(page.locator("#trouble")).to_contain_text(ENGLISH["failed_killed"])
    button(page, "Start over").click()
    expect_state(page, "training")
    expect(page.locator("#trouble")).to_be_hidden()
    assert workers(str(train_folder))
    page.close()
    assert gone_within(str(train_folder), 5)


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (ENGLISH, {"locale": "en-US", "color_scheme": "light"}),
        (CHINESE, {"locale": "zh-CN", "color_scheme": "dark"}),
    ],
    ids=["English", "Chinese in the dark"],
)
def test_for_everyone(train_url: str, open_train: Callable, words: dict, options: dict) -> None:
    page = open_train(train_url, **options)
    language = options["locale"].removesuffix("-US")
    expect(page.locator("html")).to_have_attribute("lang", language)
    check(page)
    page.locator("#recipe").focus()
    for _ in range(12):  # the knobs, and then
        page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.dataset.do") != "start":
        page.keyboard.press("Tab")
    for _ in range(2):  # the second beside the first, as a pale curve
        page.keyboard.press("Enter")
        expect(page.locator("train-page")).not_to_have_attribute("data-state", "finished")
        expect_state(page, "finished")
    expect(page.locator("path.earlier").first).to_be_attached()
    check(page)
    shown = page.locator("train-page").inner_text()
    others = CHINESE if words is ENGLISH else ENGLISH
    others = [each for each in others.values() if isinstance(each, str) and each != "training"]
    assert not [each for each in others if each in shown]  # but for the command's name


def check(page: Page) -> None:
    """No violation of WCAG, and nothing wider than the window."""
    report = Axe().run(page, options=WCAG_AA)
    assert report.response["passes"], "axe has looked at nothing"
    assert report.violations_count == 0, report.generate_report()
    for width in (1920, 1280, 820, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
