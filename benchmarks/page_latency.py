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
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Browser, Page, Request, sync_playwright

from harness.browser import CHROMIUM, draw
from harness.server import APP, started

NOOP = Path(__file__).with_name("noop_page.py")
PAGES = {"ours": APP, "ours, open": APP, "no-op": NOOP}  # open: "Look inside" follows each stroke
SERIES = 5  # strokes before the canvas is cleared: the editor's uploads grow with them
SETTLING = 800  # milliseconds: the editor keeps uploading after the answer
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


@contextmanager
def opened(browser: Browser, name: str) -> Iterator[tuple[Page, list[Request]]]:
    """A page, ready to draw on, and the list that gets its finished requests."""
    with TemporaryDirectory() as folder, started(Path(folder), app=PAGES[name]) as (url, _):
        page, sent = browser.new_page(), []
        page.goto(url)
        page.wait_for_selector("#pad canvas")
        page.evaluate(WATCH)
        if "open" in name:
            page.get_by_text("Look inside").click()
            page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(2 * SETTLING)
        page.on("requestfinished", lambda request: sent.append(request))
        yield page, sent
        page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", type=int, default=50, help="per page (default: %(default)s)")
    strokes = parser.parse_args().strokes
    requests = {name: [] for name in PAGES}
    with sync_playwright() as playwright, ExitStack() as stack:
        browser = playwright.chromium.launch(**CHROMIUM)
        pages = {name: stack.enter_context(opened(browser, name)) for name in PAGES}
        for number in range(strokes):
            x = 0.15 + 0.17 * (number % SERIES)
            for name, (page, sent) in pages.items():
                if number and number % SERIES == 0:
                    page.get_by_title("Clear").click()
                    page.wait_for_timeout(SETTLING)
                sent.clear()
                draw(page, [(x, 0.2), (x + 0.05, 0.5), (x, 0.8)])
                page.wait_for_function(f"latencies.length > {number}", timeout=10_000)
                page.wait_for_timeout(SETTLING)
                requests[name] += [request.sizes()["requestBodySize"] for request in sent]
        latencies = {name: page.evaluate("latencies") for name, (page, _) in pages.items()}
    print(f"{'page':10} {'p50 ms':>7} {'p95 ms':>7} {'requests':>9} {'bytes':>7}  per stroke")
    for name, sizes in requests.items():
        p50, p95 = np.quantile(latencies[name], [0.5, 0.95])
        sent = f"{len(sizes) / strokes:9.1f} {sum(sizes) / strokes:7.0f}"
        print(f"{name:10} {p50:7.0f} {p95:7.0f} {sent}")
    ours, inside, noop = (np.median(latencies[name]) for name in PAGES)
    print(f"ours / no-op: {ours / noop:.2f}")
    print(f"open / closed: {inside / ours:.2f}")


if __name__ == "__main__":
    main()
