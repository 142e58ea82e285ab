"""A picture instead of a drawing: chosen, pasted or dropped."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from harness.browser import ONE, SLANT, answer, button, draw, expect_blank, press

# How a file comes that is pasted or dropped: nothing in the browser's own tests does it.
GIVE = """([kind, content, type]) => {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], "photo", { type }));
    const [Kind, name] = kind === "paste"
        ? [ClipboardEvent, "clipboardData"] : [DragEvent, "dataTransfer"];
    document.body.dispatchEvent(
        new Kind(kind, { [name]: data, bubbles: true, cancelable: true })
    );
}"""


def photo(digits: str, lying: bool = False) -> bytes:
    """Pen on paper, by a telephone: 12 megapixels, uneven light, thin grey-blue strokes."""
    width, height = 4000, 3000
    down, right = np.mgrid[0:height:4, 0:width:4] / 4000
    light = 150 + 70 * right - 40 * down + np.random.default_rng(0).normal(0, 4, down.shape)
    paper = Image.fromarray(np.uint8(light.clip(0, 255))).resize((width, height)).convert("RGB")
    pen = ImageDraw.Draw(paper)
    shapes = {"7": [(0, 0), (500, 0), (200, 1000)], "1": [(250, 0), (250, 1000)]}
    for place, digit in enumerate(digits):
        left = 2000 - 450 * len(digits) + 900 * place
        points = [(left + x, 900 + y) for x, y in shapes[digit]]
        pen.line(points, fill=(40, 45, 90), width=60, joint="curve")
    if lying:
        paper = paper.transpose(Image.Transpose.ROTATE_90)
    content = BytesIO()
    paper.save(content, "JPEG", quality=85)
    return content.getvalue()


def give(page: Page, kind: str, content: bytes, media_type: str = "image/jpeg") -> None:
    page.evaluate(GIVE, [kind, base64.b64encode(content).decode(), media_type])


def test_a_chosen_photo_is_read_and_shown(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(photo("7"))
    with page.expect_request("**/page/read") as request:
        page.locator("#photo input").set_input_files(path)
    expect(answer(page)).to_have_text("7")
    expect(page.locator("#pad canvas")).to_have_class("photo")
    assert len(request.value.post_data_buffer) < 200_000 < path.stat().st_size
    draw(page, ONE)  # a stroke begins a drawing, without the photo
    expect(answer(page)).to_have_text("1")
    expect(page.locator("#pad canvas")).not_to_have_class("photo")


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_number_pasted_or_dropped_is_read_and_cleared(page: Page, kind: str) -> None:
    give(page, kind, photo("17"))
    expect(answer(page)).to_have_text("17")
    press(page, "Clear")
    expect_blank(page)
    expect(page.locator("#pad canvas")).not_to_have_class("photo")


def test_a_photo_is_cleared_by_keyboard(page: Page) -> None:
    give(page, "paste", photo("1"))
    expect(answer(page)).to_have_text("1")
    page.keyboard.press("Escape")
    expect_blank(page)
    give(page, "paste", photo("7"))
    expect(answer(page)).to_have_text("7")
    button(page, "Clear").focus()
    page.keyboard.press("Enter")
    expect_blank(page)
    expect(page.locator("#pad canvas")).not_to_have_class("photo")


def test_undoing_a_photo_undoes_no_stroke(page: Page) -> None:
    draw(page, ONE)
    expect(answer(page)).to_have_text("1")
    give(page, "paste", photo("7"))
    expect(answer(page)).to_have_text("7")
    page.keyboard.press("Control+z")
    expect(answer(page)).to_have_text("1")


def test_what_is_no_picture_is_refused_in_a_sentence(page: Page) -> None:
    draw(page, ONE)
    expect(answer(page)).to_have_text("1")
    give(page, "drop", b"seven", "text/plain")
    expect(page.locator("#notice")).to_contain_text("That file is no picture that can be read")
    expect(answer(page)).to_have_text("1")  # of the drawing, which is still there
    expect(page.locator("#pad canvas")).not_to_have_class("photo")
    draw(page, SLANT)
    expect(page.locator("#notice")).to_have_text("")


def test_a_photo_lying_on_its_side_is_turned(page: Page) -> None:
    give(page, "paste", photo("17", lying=True))
    expect(button(page, "Turn the photo")).to_be_visible()
    expect(button(page, "Thin")).not_to_be_visible()
    expect(page.locator("#answer")).not_to_contain_text("17")
    press(page, "Turn the photo")
    expect(answer(page)).to_have_text("17")
    press(page, "Undo")
    expect(page.locator("#answer")).not_to_contain_text("17")


def test_a_photo_is_cropped_by_a_frame(page: Page) -> None:
    give(page, "paste", photo("17"))
    expect(answer(page)).to_have_text("17")
    press(page, "Crop the photo")
    expect(page.locator("#cropping")).to_have_text("Drag around what is to be read.")
    draw(page, [(0.5, 0.2), (0.7, 0.5), (0.95, 0.8)])  # around the 7
    expect(answer(page)).to_have_text("7")
    expect(page.locator("#frame")).not_to_be_visible()
    press(page, "Undo")
    expect(answer(page)).to_have_text("17")
    press(page, "Crop the photo")
    draw(page, [(0.5, 0.5), (0.51, 0.51)])  # a slip of the hand
    page.wait_for_timeout(300)
    expect(answer(page)).to_have_text("17")
    page.keyboard.press("Escape")  # ends the cropping, and clears nothing
    expect(button(page, "Crop the photo")).to_have_attribute("aria-pressed", "false")
    expect(answer(page)).to_have_text("17")


def test_a_photo_without_ink_says_so(page: Page) -> None:
    give(page, "paste", photo(""))
    expect(page.locator("#answer")).to_have_text("I see no ink on this picture.")


def test_text_may_be_pasted(page: Page) -> None:
    page.evaluate(
        "document.body.dispatchEvent(new ClipboardEvent('paste',"
        " { clipboardData: new DataTransfer(), bubbles: true }))"
    )
    page.wait_for_timeout(300)
    expect_blank(page)
