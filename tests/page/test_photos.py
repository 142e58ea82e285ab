"""A picture instead of a drawing: chosen, pasted or dropped."""

import base64
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from harness.browser import ANSWER, ONE, PREDICT, draw, on_screen
from harness.pictures import draw as draw_strokes
from harness.pictures import encoded
from page.sketchpad import Sketchpad

# How a file comes that is pasted or dropped: nothing in the browser's own tests does it.
GIVE = """(canvas, [kind, content, type]) => {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    const data = new DataTransfer();
    content ? data.items.add(new File([bytes], "photo", { type })) : data.setData(type, "7");
    const [Kind, name] = kind === "paste"
        ? [ClipboardEvent, "clipboardData"] : [DragEvent, "dataTransfer"];
    canvas.dispatchEvent(new Kind(kind, { [name]: data, bubbles: true, cancelable: true }));
}"""


STROKES = [[(0.2, 0), (0.2, 1)], [(0.6, 0), (1.1, 0), (0.8, 1)]]
PHOTO = draw_strokes(STROKES, 1600, 800, (300, 300), 24, ink="#282d5a", paper="#b4b4aa")
FILE = encoded(PHOTO, "JPEG")


def give(page: Page, kind: str, content: bytes, media_type: str = "image/jpeg") -> None:
    sent = [kind, base64.b64encode(content).decode(), media_type]
    page.locator("#pad canvas").evaluate(GIVE, sent)


def shows(page: Page, number: str, is_photo: bool) -> None:
    expect(page.locator(ANSWER)).to_have_text(number)
    expect(page.get_by_title("Turn the photo")).to_be_visible(visible=is_photo)
    expect(page.get_by_title("Thin")).to_be_visible(visible=not is_photo)


def test_a_chosen_photo_is_read_and_a_stroke_on_it_begins_anew(page: Page, tmp_path: Path) -> None:
    (path := tmp_path / "photo.jpg").write_bytes(FILE)
    with page.expect_request(PREDICT) as request:
        page.get_by_label("Use a photo").last.set_input_files(path)
    shows(page, "17", is_photo=True)
    sent = Sketchpad().preprocess(request.value.post_data_json["data"][0])
    assert max(sent["composite"].size) < 500 < max(PHOTO.size)
    page.reload()
    shows(page, "17", is_photo=True)
    draw(page, ONE)
    shows(page, "1", is_photo=False)
    page.get_by_title("Undo (").click()  # the stroke, and then the blank sheet below it
    page.get_by_title("Undo (").click()
    shows(page, "17", is_photo=True)


def test_a_pasted_number_is_undone_like_a_stroke_and_what_is_no_picture_is_refused(
    page: Page,
) -> None:
    draw(page, ONE)
    give(page, "paste", b"", "text/plain")  # may be
    expect(page.locator("#pad .state")).to_have_text("Strokes: 1")
    give(page, "drop", b"seven", "text/plain")
    expect(page.locator("#pad .state")).to_have_text("This file is no picture that can be read.")
    shows(page, "1", is_photo=False)  # the drawing is still there
    give(page, "paste", FILE)
    shows(page, "17", is_photo=True)
    page.get_by_title("Undo (").click()
    shows(page, "1", is_photo=False)
    page.get_by_title("Redo").click()
    shows(page, "17", is_photo=True)


def test_a_photo_is_shown_as_its_telephone_was_held_and_can_be_turned(page: Page) -> None:
    lying, exif = PHOTO.transpose(Image.Transpose.ROTATE_90), Image.Exif()
    give(page, "drop", encoded(lying, "JPEG"))
    page.get_by_title("Turn the photo").click()
    shows(page, "17", is_photo=True)
    page.get_by_title("Undo (").click()
    expect(page.locator(ANSWER)).not_to_have_text("17")
    exif[0x0112] = 6  # the orientation: to be turned by 90 degrees when shown
    give(page, "paste", encoded(lying, "JPEG", exif=exif.tobytes()))
    shows(page, "17", is_photo=True)


def test_ink_of_any_colour_is_seen_on_a_transparent_picture_and_a_frame_crops(page: Page) -> None:
    for ink in ("white", "black"):
        give(page, "paste", encoded(draw_strokes(STROKES, mode="RGBA", ink=ink, paper="#fff0")))
        shows(page, "17", is_photo=True)
        page.get_by_title("Clear").click()
    give(page, "paste", FILE)
    expect(page.locator(ANSWER)).to_have_text("17")
    page.get_by_title("Crop").click()
    first, last = on_screen(page, [(0.95, 0.8), (0.37, 0.1)])  # around the 7
    page.mouse.move(*first)
    page.mouse.down()
    page.mouse.move(*last)
    expect(page.locator("#pad .frame")).to_be_visible()
    page.keyboard.press("Escape")  # not while it is dragged
    page.mouse.up()
    shows(page, "7", is_photo=True)
    expect(page.locator("#pad .frame")).not_to_be_visible()
    page.get_by_title("Eraser").click()
    page.mouse.click(*last)
    shows(page, "7", is_photo=True)  # only strokes are erased
    page.locator("#inside button").first.press("Control+z")  # wherever the focus is
    shows(page, "17", is_photo=True)
