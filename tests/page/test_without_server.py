"""The server dies while one draws, and comes back: nothing is lost, nothing misleads."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from harness.browser import BAR, ONE, PREDICT, SLANT, answer, draw, open_page, press
from harness.server import forked, free_port, wait_for
from page.words import ENGLISH


def is_stale(page: Page, stale: bool = True) -> None:
    """Whether the page says that what stands there belongs to an earlier drawing."""
    expect(page.get_by_text(ENGLISH["gone"])).to_be_visible(visible=stale, timeout=3_000)
    faded = "#answer" if stale else "body:not([data-stale]) #answer"
    expect(page.locator(faded)).to_have_css("opacity", "0.35" if stale else "1")


def test_the_server_dies_and_returns(tmp_path: Path, new_context: Callable) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    page: Page = new_context().new_page()
    with forked(port, tmp_path / "first.log"):
        wait_for(f"{url}/livez")
        open_page(page, url)
        draw(page, BAR)
        expect(answer(page)).to_be_visible()
        is_stale(page, False)
    draw(page, SLANT)
    is_stale(page)
    with forked(port, tmp_path / "second.log"):
        wait_for(f"{url}/livez")
        expect(answer(page)).to_have_text("7")  # Gradio has opened the page anew
        is_stale(page, False)
        expect(page.locator("#pad .state")).to_have_text("Strokes: 2")
        press(page, "Clear")
        draw(page, ONE)
        expect(answer(page)).to_have_text("1")
        page.context.close()


def test_requests_that_are_refused_for_a_while_are_made_up_for(page: Page) -> None:
    page.route(PREDICT, lambda route: route.fulfill(status=429, json={"error": "Wait a little."}))
    draw(page, ONE)
    is_stale(page)
    page.unroute(PREDICT)
    expect(answer(page)).to_have_text("1")  # without a further stroke
    is_stale(page, False)
