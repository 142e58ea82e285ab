"""A picture instead of a drawing: chosen, pasted or dropped."""

import base64
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from harness.browser import ONE, PREDICT, answer, button, draw, on_screen, press
from harness.pictures import encoded

# How a file comes that is pasted or dropped: nothing in the browser's own tests does it.
GIVE = """(canvas, [kind, content, type]) => {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    const data = new DataTransfer();
    content ? data.items.add(new File([bytes], "photo", { type })) : data.setData(type, "7");
    const [Kind, name] = kind === "paste"
        ? [ClipboardEvent, "clipboardData"] : [DragEvent, "dataTransfer"];
    canvas.dispatchEvent(new Kind(kind, { [name]: data, bubbles: true, cancelable: true }));
}"""
ORIENTATION, LYING = 0x0112, 6  # of Exif: to be turned by 90 degrees when shown


@cache
def photo(digits: str, lying: bool = False, exif: bytes = b"") -> bytes:
    """Pen on paper, by a telephone: uneven light, thin grey-blue strokes."""
    down, right = np.mgrid[0:1200, 0:1600] / 1600
    light = 150 + 70 * right - 40 * down + np.random.default_rng(0).normal(0, 4, down.shape)
    paper = Image.fromarray(np.uint8(light.clip(0, 255))).convert("RGB")
    pen = ImageDraw.Draw(paper)
    shapes = {"7": [(0, 0), (200, 0), (80, 400)], "1": [(100, 0), (100, 400)]}
    for place, digit in enumerate(digits):
        left = 800 - 180 * len(digits) + 360 * place
        points = [(left + x, 360 + y) for x, y in shapes[digit]]
        pen.line(points, fill=(40, 45, 90), width=24, joint="curve")
    if lying:
        paper = paper.transpose(Image.Transpose.ROTATE_90)
    return encoded(paper, "JPEG", quality=85, exif=exif)


def give(page: Page, kind: str, content: bytes, media_type: str = "image/jpeg") -> None:
    sent = [kind, base64.b64encode(content).decode(), media_type]
    page.locator("#pad canvas").evaluate(GIVE, sent)


def shows_a_photo(page: Page, is_photo: bool = True) -> None:
    expect(button(page, "Turn the photo")).to_be_visible(visible=is_photo)
    expect(button(page, "Thin")).to_be_visible(visible=not is_photo)


def test_a_chosen_photo_is_read_and_a_stroke_on_it_begins_anew(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(photo("7"))
    with page.expect_request(PREDICT) as request:
        page.get_by_label("Use a photo").last.set_input_files(path)
    expect(answer(page)).to_have_text("7")
    shows_a_photo(page)
    assert len(request.value.post_data_buffer) < 60_000 < path.stat().st_size
    page.reload()
    expect(answer(page)).to_have_text("7")
    draw(page, ONE)
    expect(answer(page)).to_have_text("1")
    shows_a_photo(page, False)
    press(page, "Undo")  # the stroke, and then the blank sheet below it
    press(page, "Undo")
    expect(answer(page)).to_have_text("7")
    shows_a_photo(page)


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_pasted_or_dropped_number_is_read_and_undone_like_a_stroke(page: Page, kind: str) -> None:
    draw(page, ONE)
    give(page, kind, photo("17"))
    expect(answer(page)).to_have_text("17")
    press(page, "Undo")
    expect(answer(page)).to_have_text("1")
    shows_a_photo(page, False)
    press(page, "Redo")
    expect(answer(page)).to_have_text("17")


def test_what_is_no_picture_is_refused_in_a_sentence_but_text_may_be_pasted(page: Page) -> None:
    draw(page, ONE)
    give(page, "paste", b"", "text/plain")
    expect(page.locator("#pad .state")).to_have_text("Strokes: 1")
    give(page, "drop", b"seven", "text/plain")
    expect(page.locator("#pad .state")).to_have_text("This file is no picture that can be read.")
    expect(answer(page)).to_have_text("1")  # of the drawing, which is still there
    shows_a_photo(page, False)


def test_a_photo_is_shown_as_its_telephone_was_held_and_can_be_turned(page: Page) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = LYING
    give(page, "paste", photo("17", lying=True, exif=exif.tobytes()))
    expect(answer(page)).to_have_text("17")
    press(page, "Clear")
    give(page, "paste", photo("17", lying=True))
    shows_a_photo(page)
    expect(answer(page)).not_to_have_text("17")
    press(page, "Turn the photo")
    expect(answer(page)).to_have_text("17")
    press(page, "Undo")
    expect(answer(page)).not_to_have_text("17")


@pytest.mark.parametrize("ink", ["white", "black"])
def test_ink_of_any_colour_is_seen_on_a_transparent_picture(page: Page, ink: str) -> None:
    picture = Image.new("RGBA", (400, 400), (255, 255, 255, 0))
    ImageDraw.Draw(picture).line([(120, 90), (280, 90), (190, 310)], ink, 30, joint="curve")
    give(page, "paste", encoded(picture), "image/png")
    expect(answer(page)).to_have_text("7")


def test_a_photo_is_cropped_by_a_frame(page: Page) -> None:
    give(page, "paste", photo("17"))
    expect(answer(page)).to_have_text("17")
    press(page, "Crop")
    frame = page.locator("#pad .frame")
    first, last = on_screen(page, [(0.95, 0.8), (0.5, 0.2)])  # around the 7
    page.mouse.move(*first)
    page.mouse.down()
    page.mouse.move(*last)
    expect(frame).to_be_visible()
    page.mouse.up()
    expect(answer(page)).to_have_text("7")
    expect(frame).not_to_be_visible()
    press(page, "Undo")
    expect(answer(page)).to_have_text("17")
    press(page, "Crop")
    draw(page, [(0.5, 0.5), (0.51, 0.51)])  # a slip of the hand
    expect(frame).not_to_be_visible()
    expect(button(page, "Redo")).to_be_enabled()  # nothing has been done
    expect(answer(page)).to_have_text("17")
