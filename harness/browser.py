"""Chromium: draw on the page and read its answer."""

import os
import shutil

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Page

ANSWER = "#said b"
PREDICT = "**/gradio_api/run/predict*"  # what the page calls for each drawing
# Resolved once all is painted: before, clicks may get lost, and Gradio sets fields once more.
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestIdleCallback(done)))"
# Replaces Playwright's list: no menus of the address bar, 1 s a window; input is not held back.
OFF = "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,PaintHolding"
CHROMIUM = {"executable_path": shutil.which(os.environ.get("CHROMIUM", "chromium")), "args": [OFF]}

ONE = [(0.5, 0.2), (0.5, 0.8)]
SEVEN = [(0.28, 0.25), (0.72, 0.25), (0.45, 0.8)]
SEVENTEEN = [[(0.375, 0.39), (0.375, 0.61)], [(0.54, 0.4), (0.71, 0.4), (0.6, 0.61)]]
EQUALS = [[(0.3, 0.4), (0.7, 0.4)], [(0.3, 0.6), (0.7, 0.6)]]  # no digit


def open_page(page: Page, url: str) -> None:
    """Open the page and wait until one can draw on it."""
    page.goto(url)
    page.wait_for_selector("#pad .state:not(:empty)")
    page.evaluate(PAINTED)


def on_screen(page: Page | FrameLocator, stroke: list[tuple]) -> list[tuple]:
    canvas = page.locator("#pad canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]


def draw(page: Page | FrameLocator, *strokes: list[tuple]) -> None:
    mouse = page.locator("#pad").page.mouse
    for stroke in strokes:
        first, *rest = on_screen(page, stroke)
        mouse.move(*first)
        mouse.down()
        for point in rest:
            mouse.move(*point)
        mouse.up()


def violations(page: Page, *parts: str) -> list[tuple]:
    """What axe finds in parts of the page, or in all of it, once nothing moves any more."""
    page.wait_for_function("!document.getAnimations().some((each) => each.playState === 'running')")
    # The thousand digits of the map are one picture.
    where = {"include": [*parts] or ["html"], "exclude": ["#map_of_digits svg"]}
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
    report = Axe().run(page, where, rules).response
    assert len(report["passes"]) > 10, "axe has looked at nothing"
    return [(v["id"], v["help"], [n["html"] for n in v["nodes"]]) for v in report["violations"]]
