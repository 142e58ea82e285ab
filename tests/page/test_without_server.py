"""The server dies while one draws, and comes back: nothing is lost, nothing misleads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from harness.browser import BAR, ONE, SLANT, answer, draw, expect_blank, open_page, press
from harness.server import APP, forked, free_port, wait_for
from page.words import ENGLISH


@pytest.fixture
def port() -> int:
    return free_port()


def test_the_server_dies_and_returns(tmp_path: Path, port: int, new_context: Callable) -> None:
    url = f"http://127.0.0.1:{port}"
    context = new_context()
    page: Page = context.new_page()
    with forked(APP, port, tmp_path / "first.log") as server:
        wait_for(f"{url}/livez", server)
        open_page(page, url)
        page.evaluate("window.sameDocument = true")
        draw(page, BAR)
        expect(answer(page)).to_be_visible()
    draw(page, SLANT)
    expect(page.locator("#notice")).to_have_text(ENGLISH["gone"])
    expect(page.locator("#answer")).to_have_class("stale")
    press(page, "Clear")
    expect_blank(page)
    expect(page.locator("#answer")).not_to_have_class("stale")
    press(page, "Undo")  # there is no server yet
    expect(page.locator("#notice")).to_have_text(ENGLISH["gone"])
    with forked(APP, port, tmp_path / "second.log") as server:
        wait_for(f"{url}/livez", server)
        expect(answer(page)).to_have_text("7")
        expect(page.locator("#notice")).to_have_text("")
        press(page, "Clear")
        draw(page, ONE)
        expect(answer(page)).to_have_text("1")
        assert page.evaluate("window.sameDocument")
        context.close()


def test_too_many_requests_are_said_and_made_up_for(page: Page) -> None:
    page.route("**/page/read", lambda route: route.fulfill(status=429))
    draw(page, ONE)
    expect(page.locator("#notice")).to_have_text(ENGLISH["busy"])
    page.unroute("**/page/read")
    expect(answer(page)).to_have_text("1")
    expect(page.locator("#notice")).to_have_text("")
