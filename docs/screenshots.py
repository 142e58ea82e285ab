"""Take the screenshots for the README: `make screenshots`.

    python -m docs.screenshots

Needs Chromium, or its path in the variable CHROMIUM.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import expect

from harness.browser import SEVEN, Stroke, answer, arc, draw, launched
from harness.server import serving

HERE = Path(__file__).parent
SMALL_SEVEN = [(0.62 + 0.3 * (x - 0.28), 0.6 + 0.3 * (y - 0.25)) for x, y in SEVEN]


def number_2026() -> list[Stroke]:
    """The strokes of 2026, in the middle of the canvas."""

    def two(x: float) -> Stroke:
        return [*arc(x, 0.4, 0.07, 0.07, -170, 40), (x - 0.08, 0.6), (x + 0.09, 0.6)]

    def zero(x: float) -> Stroke:
        return arc(x, 0.47, 0.075, 0.13, -90, 270)

    def six(x: float) -> Stroke:
        return [(x + 0.05, 0.32), (x - 0.05, 0.44), *arc(x, 0.52, 0.07, 0.075, -160, 200)]

    return [two(0.15), zero(0.38), two(0.61), six(0.85)]


SHOTS: dict[str, tuple[list[Stroke], str, dict[str, Any]]] = {
    "desktop": ([SMALL_SEVEN], "7", {"viewport": {"width": 920, "height": 620}}),
    "phone": (
        number_2026(),
        "2026",
        {
            "viewport": {"width": 390, "height": 844},
            "has_touch": True,
            "is_mobile": True,
            "color_scheme": "dark",
        },
    ),
}


def main() -> None:
    with TemporaryDirectory() as folder, serving(Path(folder)) as url, launched() as browser:
        for name, (strokes, expected, options) in SHOTS.items():
            page = browser.new_page(**options)
            page.goto(url)
            page.wait_for_selector("#pad .toolbar-wrap .highlight")
            draw(page, *strokes)
            expect(answer(page)).to_have_text(expected, timeout=30_000)
            page.mouse.move(0, 0)
            page.wait_for_timeout(1000)  # the editor animates for half a second after a stroke
            page.screenshot(path=HERE / f"{name}.png")
            print(f"Written: {HERE / name}.png")


if __name__ == "__main__":
    main()
