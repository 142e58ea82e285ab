"""Take the screenshots for the README, and all widths and looks on one sheet: `make screenshots`.

    python -m docs.screenshots

Needs Chromium, or its path in the variable CHROMIUM; and MNIST, or the variable MNIST_DIR.
"""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, expect

from harness.browser import DIGITS, SEVEN, answer, draw, launched, open_page
from harness.server import serving

HERE = Path(__file__).parent
EXAMPLES = ["7", "8", "42", "2026"]  # as on the page
SMALL_SEVEN = [(0.62 + 0.3 * (x - 0.28), 0.6 + 0.3 * (y - 0.25)) for x, y in SEVEN]


WIDTHS = {390: 844, 820: 1180, 1280: 800, 1920: 1080}  # phone, tablet, laptops: width and height
LOOKS: list[dict[str, Any]] = [{}, {"color_scheme": "dark"}, {"locale": "zh-CN"}]
ON_SHEET = 480  # pixels: the height of each picture on the sheet


def shot(browser: Browser, url: str, number: str, **options: Any) -> bytes:
    """A screenshot of the page with a number drawn: a small 7, an example, or "" for nothing."""
    page = browser.new_page(**options)
    open_page(page, url)
    if number == "7":
        draw(page, SMALL_SEVEN)
    elif number:
        page.locator(".sketch").nth(EXAMPLES.index(number)).click()
    if number:
        expect(answer(page)).to_have_text(number, timeout=30_000)
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    taken = page.screenshot()
    page.close()
    return taken


def look_inside(browser: Browser, url: str) -> bytes:
    """A screenshot of "Look inside", for a small 7."""
    page = browser.new_page(viewport={"width": 1180, "height": 760})
    open_page(page, url)
    draw(page, SMALL_SEVEN)
    page.get_by_text("Look inside").click()
    expect(page.locator("#map_of_digits text")).to_have_count(1000, timeout=30_000)
    page.mouse.move(0, 0)
    taken = page.locator("#inside").screenshot()
    page.close()
    return taken


def trained(browser: Browser, url: str) -> bytes:
    """A screenshot of "Watch it learn": momentum against none, with a drawn 3."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    open_page(page, url)
    draw(page, *DIGITS["3"])
    expect(answer(page)).to_have_text("3", timeout=30_000)
    page.get_by_role("tab", name="Watch it learn").click()
    page.get_by_label("epochs").fill("5")
    for momentum in ("0", "0.5"):
        page.get_by_label("momentum").fill(momentum)
        page.get_by_role("button", name="Start").click()
        expect(page.locator("#state")).to_contain_text("Epoch", timeout=60_000)
        expect(page.locator("#state")).to_contain_text("Finished", timeout=90_000)
    page.mouse.move(0, 0)
    taken = page.screenshot(full_page=True)
    page.close()
    return taken


def side_by_side(shots: list[list[bytes]]) -> Image.Image:
    """One sheet: a row of screenshots for each look."""
    rows = [[Image.open(BytesIO(each)).convert("RGB") for each in row] for row in shots]
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
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with TemporaryDirectory() as folder, launched() as browser:
        # With corrections, as `make run` serves it.
        store = str(Path(folder, "corrections.sqlite"))
        with serving(Path(folder), CORRECTIONS=store) as url:
            desktop = {"viewport": {"width": 1180, "height": 760}}
            taken = shot(browser, url, "7", **desktop)
            (HERE / "desktop.png").write_bytes(taken)
            taken = shot(browser, url, "2026", **phone, color_scheme="dark")
            (HERE / "phone.png").write_bytes(taken)
            picture = Image.open(BytesIO(look_inside(browser, url))).convert("RGB")
            picture.quantize(256).save(HERE / "inside.png", optimize=True)
            picture = Image.open(BytesIO(trained(browser, url))).convert("RGB")
            picture.quantize(256).save(HERE / "train.png", optimize=True)
            shots = [
                [
                    shot(browser, url, number, viewport={"width": width, "height": height}, **look)
                    for number, (width, height) in zip(("7", "2026", "8", ""), WIDTHS.items())
                ]
                for look in LOOKS
            ]
    side_by_side(shots).quantize(256).save(HERE / "sheet.png", optimize=True)
    print(f"Written: desktop.png, phone.png, inside.png, train.png and sheet.png in {HERE}")


if __name__ == "__main__":
    main()
