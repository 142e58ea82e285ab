"""Latency from a stroke to the answer in a real browser, with requests and bytes sent.

    python -m benchmarks.page_latency [--strokes 50]

Measures our page and the baseline, `benchmarks.noop_page`, alternately, so that both see the same
load. Chromium renders in software: a graphics card is much faster. Needs Chromium, or its path in
the variable CHROMIUM.
"""

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, Request

from harness.browser import Stroke, draw, launched, press
from harness.server import APP, serving

NOOP = Path(__file__).with_name("noop_page.py")
PAGES = {"ours": APP, "ours, open": APP, "no-op": NOOP}  # open: "Look inside" follows each stroke
SERIES = 5  # strokes before the canvas is cleared: the editor's uploads grow with them
# From pointerup to the first frame with another answer: the pictures that our network saw, or the
# text of the no-op page. There, Gradio's editor opens without a tool, and would lose strokes:
# choose its brush.
WATCH = """() => {
    window.latencies = [];
    const shown = () => document.querySelector("#seen .figures")?.innerHTML
        ?? document.querySelector("#answer .html-container")?.innerText;
    let before = null, lifted = null;
    addEventListener("pointerup", ({ target }) => {
        if (target.tagName !== "CANVAS") return;
        before = shown();
        lifted = performance.now();
    }, true);
    const look = () => {
        if (lifted !== null && shown() !== before) {
            latencies.push(performance.now() - lifted);
            lifted = null;
        }
        requestAnimationFrame(look);
    };
    look();
    setInterval(() => {
        if (!document.querySelector("#pad .toolbar-wrap .highlight"))
            document.querySelector("#pad .toolbar-wrap button")?.click();
    }, 50);
}"""


class Measured:
    """A page, with the latencies (ms), requests and bytes of its strokes."""

    def __init__(self, browser: Browser, url: str, is_open: bool) -> None:
        self.page: Page = browser.new_page()
        self.page.goto(url)
        self.page.wait_for_selector("#pad canvas")
        self.page.wait_for_timeout(1000)
        self.page.evaluate(WATCH)
        if is_open:
            self.page.get_by_text("Look inside").click()
            self.page.evaluate("scrollTo(0, 0)")
        self.page.wait_for_timeout(500)
        self.sent: list[Request] = []
        self.strokes = 0
        self.requests = self.bytes = 0
        self.page.on("requestfinished", lambda request: self.sent.append(request))

    def draw(self, stroke: Stroke) -> None:
        self.sent.clear()
        draw(self.page, stroke)
        self.strokes += 1
        self.page.wait_for_function(f"latencies.length >= {self.strokes}", timeout=10_000)
        self.page.wait_for_timeout(800)  # the editor keeps uploading after the answer
        self.requests += len(self.sent)
        self.bytes += sum(request.sizes()["requestBodySize"] for request in self.sent)

    def clear(self) -> None:
        press(self.page, "Clear")
        self.page.wait_for_timeout(800)

    def latencies(self) -> list[float]:
        return self.page.evaluate("latencies")


@contextmanager
def measured_pages() -> Iterator[dict[str, Measured]]:
    with ExitStack() as stack:
        browser = stack.enter_context(launched())
        pages = {}
        for name, app in PAGES.items():
            folder = Path(stack.enter_context(TemporaryDirectory()))
            url = stack.enter_context(serving(folder, app=app))
            pages[name] = Measured(browser, url, is_open="open" in name)
        yield pages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", type=int, default=50, help="per page (default: %(default)s)")
    strokes = parser.parse_args().strokes
    with measured_pages() as pages:
        for number in range(strokes):
            place = number % SERIES
            x = 0.15 + 0.17 * place
            for page in pages.values():
                if place == 0 and number:
                    page.clear()
                page.draw([(x, 0.2), (x + 0.05, 0.5), (x, 0.8)])
        print(f"{'page':10} {'p50 ms':>7} {'p95 ms':>7} {'requests':>9} {'bytes':>7}  per stroke")
        medians = {}
        for name, page in pages.items():
            latencies = page.latencies()
            medians[name] = median(latencies)
            p95 = quantiles(latencies, n=20)[-1]
            requests, size = page.requests / strokes, page.bytes / strokes
            print(f"{name:10} {medians[name]:7.0f} {p95:7.0f} {requests:9.1f} {size:7.0f}")
        print(f"ours / no-op: {medians['ours'] / medians['no-op']:.2f}")
        print(f"open / closed: {medians['ours, open'] / medians['ours']:.2f}")


if __name__ == "__main__":
    main()
