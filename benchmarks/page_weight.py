"""Requests and bytes of the first visit, beside those of an empty Gradio page.

    python -m benchmarks.page_weight

Needs Chromium, or its path in the variable CHROMIUM.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Response

from harness.browser import launched
from harness.server import APP, serving

PAGES = {"ours": APP, "empty": Path(__file__).with_name("empty_page.py")}


@contextmanager
def first_visit(browser: Browser, url: str) -> Iterator[list[Response]]:
    """The responses to a browser without a cache, until the page is quiet."""
    responses: list[Response] = []
    page = browser.new_page()
    page.on("response", lambda response: responses.append(response))
    page.goto(url)
    page.wait_for_timeout(5000)  # Gradio's heartbeat never ends, so the network is never idle
    yield [r for r in responses if "/heartbeat/" not in r.url and r.url.startswith("http")]
    page.close()


def main() -> None:
    print(f"{'page':6} {'requests':>9} {'kB':>7}")
    with launched() as browser, TemporaryDirectory() as parent:
        for name, app in PAGES.items():
            folder = Path(parent, name)
            folder.mkdir()
            with serving(folder, app=app) as url, first_visit(browser, url) as responses:
                sizes = {r.url.removeprefix(url): len(r.body()) for r in responses}
                print(f"{name:6} {len(responses):9} {sum(sizes.values()) / 1000:7.0f}")
                for path, size in sorted(sizes.items(), key=lambda item: -item[1])[:5]:
                    print(f"{'':6} {'':9} {size / 1000:7.0f}  {path[:60]}")


if __name__ == "__main__":
    main()
