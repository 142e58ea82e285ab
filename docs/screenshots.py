"""Take the screenshots for the README, and all widths and looks on one sheet: `make screenshots`.

    python -m docs.screenshots

Needs Chromium, or its path in the variable CHROMIUM; and MNIST, or the variable MNIST_DIR.
"""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from harness.browser import ANSWER, CHROMIUM, SEVEN, draw, open_page
from harness.server import started

HERE = Path(__file__).parent
EXAMPLES = ["7", "8", "42", "2026"]  # as on the page
SMALL_SEVEN = [(0.62 + 0.3 * (x - 0.28), 0.6 + 0.3 * (y - 0.25)) for x, y in SEVEN]
DESKTOP = {"width": 1180, "height": 760}
WIDTHS = {390: 844, 820: 1180, 1280: 800, 1920: 1080}  # phone, tablet, laptops: width and height
LOOKS: list[dict[str, Any]] = [{}, {"color_scheme": "dark"}, {"locale": "zh-CN"}]
ON_SHEET = 480  # pixels: the height of each picture on the sheet


def opened(browser: Browser, url: str, number: str, **options: Any) -> Page:
    """The page with a number drawn: a small 7, an example, or "" for nothing."""
    page = browser.new_page(**options)
    page.set_default_timeout(90_000)
    open_page(page, url)
    if number == "7":
        draw(page, SMALL_SEVEN)
    elif number:
        page.locator(".sketch").nth(EXAMPLES.index(number)).click()
    if number:
        expect(page.locator(ANSWER)).to_have_text(number)
    return page


def shot(what: Page | Locator, **options: Any) -> Image.Image:
    """A screenshot of a page or of a part of it."""
    page = what if isinstance(what, Page) else what.page
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    return Image.open(BytesIO(what.screenshot(**options))).convert("RGB")


def look_inside(page: Page) -> Image.Image:
    page.get_by_text("Look inside").click()
    expect(page.locator("#map_of_digits text")).to_have_count(1000)
    return shot(page.locator("#inside"))


def watch_it_learn(page: Page) -> Image.Image:
    """Momentum against none, with the 7 that is drawn."""
    page.get_by_role("tab", name="Watch it learn").click()
    page.get_by_label("epochs").fill("5")
    for momentum in ("0", "0.5"):
        page.get_by_label("momentum").fill(momentum)
        page.get_by_role("button", name="Start").click()
        expect(page.locator("#state")).not_to_contain_text("Finished")
        expect(page.locator("#state")).to_contain_text("Finished")
    return shot(page, full_page=True)


def side_by_side(rows: list[list[Image.Image]]) -> Image.Image:
    """One sheet: a row of screenshots for each look."""
    rows = [[i.resize((i.width * ON_SHEET // i.height, ON_SHEET)) for i in row] for row in rows]
    gap = ON_SHEET // 24
    width = sum(image.width + gap for image in rows[0]) + gap
    sheet = Image.new("RGB", (width, len(rows) * (ON_SHEET + gap) + gap), "#888")
    for number, row in enumerate(rows):
        left = gap
        for image in row:
            sheet.paste(image, (left, gap + number * (ON_SHEET + gap)))
            left += image.width + gap
    return sheet


def main() -> None:
    expect.set_options(timeout=90_000)
    with (
        TemporaryDirectory() as folder,
        sync_playwright() as playwright,  # with corrections, as `make run` serves it
        started(Path(folder), CORRECTIONS=str(Path(folder, "corrections.sqlite"))) as (url, _),
    ):
        browser = playwright.chromium.launch(**CHROMIUM)
        page = opened(browser, url, "7", viewport=DESKTOP)
        taken = {"desktop": shot(page), "inside": look_inside(page)}
        page.set_viewport_size({"width": 1280, "height": 1000})
        taken["train"] = watch_it_learn(page)
        rows = []
        for look in LOOKS:
            rows.append([])
            for number, (width, height) in zip(("7", "2026", "8", ""), WIDTHS.items()):
                size = {"width": width, "height": height}
                page = opened(browser, url, number, viewport=size, **look)
                rows[-1].append(shot(page))
                page.close()
    taken["sheet"] = side_by_side(rows)
    for name, picture in taken.items():
        picture.quantize(256).save(HERE / f"{name}.png", optimize=True)
        print(f"Written: {HERE / name}.png")


if __name__ == "__main__":
    main()
