"""Look inside: the section follows the drawing, and its numbers are the network's."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import gradio as gr
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from harness.browser import ASKED, EQUALS, SEVEN, answer, draw, open_page, press, write
from harness.pictures import draw as draw_strokes
from harness.pictures import seven
from model import Network, Recognizer
from model.inside.neurons import neuron
from model.network.weights import SHIPPED
from page import inside
from page.api import inked
from page.inside import BEST, Inside
from page.pictures import percent
from page.sketchpad import Sketchpad
from page.words import CHINESE, ENGLISH

PARTS = ["steps", "comparison", "outputs", "neurons", "one_neuron", "why", "patch"]
PARTS += ["nearest", "map_of_digits"]
A_SEVEN = Image.open(BytesIO(seven()))
OPEN, CLOSED = (True, 1, "numbered", 0, BEST, BEST), (False, 1, "numbered", 0, BEST, BEST)


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load(SHIPPED)


def section() -> Inside:
    with gr.Blocks():
        return Inside()


def look(
    recognizer: Recognizer, *choices: object, words: dict = ENGLISH, drawing: Image.Image = A_SEVEN
) -> dict[str, str]:
    """What each part shows of a drawing."""
    built, read = section(), recognizer.read(drawing)
    shown = built.look(read, recognizer, words, *choices)
    return dict(zip((part.elem_id for part in built.parts), shown, strict=True))


# What is computed: no browser is needed to tell.


def test_closed_it_computes_nothing(monkeypatch, recognizer: Recognizer) -> None:
    monkeypatch.setattr(inside, "explain", None)  # a call would fail
    shown = look(recognizer, *CLOSED)
    assert list(shown) == PARTS
    assert all(each == gr.skip() for each in shown.values())


def test_of_a_blank_pad_it_says_so(recognizer: Recognizer) -> None:
    for read in (None, recognizer.read(Image.new("L", (100, 100), 255))):
        first, *others = section().look(read, recognizer, ENGLISH, *OPEN)
        assert first == ENGLISH["inside_blank"] and not any(others)


NETWORKS = {
    "no hidden layer": ([784, 10], "sigmoid", "mse"),
    "softmax": ([784, 10], "sigmoid", "cross-entropy"),
    "relu": ([784, 300, 10], "relu", "cross-entropy"),
    "two hidden layers": ([784, 30, 20, 10], "tanh", "mse"),
}


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["en", "zh"])
@pytest.mark.parametrize("order", ["numbered", "share"])
def test_other_networks_are_shown(kind: str, words: dict, order: str) -> None:
    sizes, activation, loss = NETWORKS[kind]
    other = Recognizer(Network.from_sizes(sizes, np.random.default_rng(0), activation, loss))
    shown = look(other, True, 1, order, 10**6, BEST, BEST, words=words)
    assert all(shown[part] for part in PARTS)
    assert shown["neurons"].count("data-neuron=") == sizes[1]
    assert str(sizes[1]) in re.search(r"<b>(.*?)</b>", shown["one_neuron"]).group()  # the last
    assert ("bars" in shown["one_neuron"]) == (len(sizes) == 3)


def test_each_network_reads_the_digit_as_it_was_trained(recognizer: Recognizer) -> None:
    drawing = draw_strokes([[(0, 0.6), (0.6, 0), (0.3, 1)]])  # a 1 that either may take for another
    tutorial = Recognizer.load(inside.TUTORIAL).recognize(drawing)
    ours = recognizer.recognize(drawing)
    cells = re.findall(
        r"<b>(\d)</b> ([^<]*)", look(recognizer, *OPEN, drawing=drawing)["comparison"]
    )
    expected = [(str(each.digit), percent(each.confidence)) for each in (tutorial, ours)]
    assert cells[1::2] == expected
    in_box = replace(recognizer, preparation="box")
    steps = [look(each, *OPEN)["steps"].count("<svg") for each in (recognizer, in_box)]
    assert steps == [6, 5]


@pytest.mark.parametrize("pair", [("3", BEST), (BEST, "3"), (BEST, "7"), ("3", "3")])
def test_any_two_digits_can_be_compared(recognizer: Recognizer, pair: tuple[str, str]) -> None:
    said = look(recognizer, *OPEN[:4], *pair)["why"]
    first, second = re.findall(r"of the (\d)", said)
    assert first != second
    assert first == (pair[0] if pair[0] != BEST else "7")
    assert pair[1] in (BEST, first, second)


def test_without_its_files_it_leaves_out_what_they_are_for(monkeypatch, recognizer, tmp_path):
    for name in ("TUTORIAL", "DIGITS"):
        monkeypatch.setattr(inside, name, tmp_path / "missing")
    shown = look(recognizer, *OPEN)
    missing = set(PARTS) - shown.keys()
    assert missing == {"comparison", "nearest", "map_of_digits"} and all(shown.values())


# In a browser


def test_closed_it_is_not_even_sent(page: Page) -> None:
    with page.expect_response(ASKED) as response:
        draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    assert len(response.value.body()) < 5_000
    expect(page.locator(".part:visible")).to_have_count(0)


@pytest.fixture(scope="module")
def own_page(new_page: Callable) -> Page:
    return new_page(viewport={"width": 320, "height": 640})


@pytest.fixture
def looking(own_page: Page) -> Page:
    """A small phone with the section open, and as it is at first."""
    own_page.bring_to_front()
    own_page.evaluate("sessionStorage.clear()")
    open_page(own_page, own_page.url)
    own_page.get_by_role("button", name=ENGLISH["inside"]).click()
    expect(own_page.locator("#steps")).to_have_text(ENGLISH["inside_blank"])
    own_page.locator("#pad").scroll_into_view_if_needed()
    return own_page


def test_open_it_follows_the_drawing(looking: Page) -> None:
    draw(looking, SEVEN)
    for part in PARTS:
        expect(looking.locator(f"#{part} svg, #{part} table").first).to_be_visible()
    expect(looking.locator("#steps svg")).to_have_count(6)
    expect(looking.locator("#neurons [data-neuron]")).to_have_count(100)
    expect(looking.locator("#nearest svg")).to_have_count(5)
    expect(looking.locator("#map_of_digits text")).to_have_count(1000)
    expect(looking.locator("#why")).to_contain_text("The sum of the 7 leads that of the")
    assert looking.evaluate("document.documentElement.scrollWidth <= innerWidth")
    press(looking, "Clear")
    expect(looking.locator("#steps")).to_have_text(ENGLISH["inside_blank"])
    expect(looking.locator("#why")).to_be_empty()
    looking.get_by_role("button", name="8", exact=True).click()
    expect(looking.locator("#why")).to_contain_text("The sum of the 8 leads")
    looking.get_by_role("button", name=ENGLISH["inside"]).click()
    press(looking, "Clear")
    draw(looking, *EQUALS)  # closed again, nothing is computed
    expect(answer(looking)).to_have_text("?")
    looking.get_by_role("button", name=ENGLISH["inside"]).click()
    expect(looking.locator("#steps")).to_contain_text("Pieces: 2.")


def numbers(text: str) -> list[float]:
    return [float(each) for each in re.findall(r"[+-]?\d+\.\d+", text)]


def test_a_neurons_sum_is_the_networks(looking: Page, recognizer: Recognizer) -> None:
    draw(looking, SEVEN)
    expect(looking.locator("#neurons .chosen")).to_have_count(1)
    with looking.expect_request(lambda each: each.post_data_json["data"]) as request:
        looking.locator('[data-neuron="36"]').click()
    expect(looking.locator("#one_neuron b").first).to_have_text("Neuron 37")
    drawing = Sketchpad().preprocess(request.value.post_data_json["data"][0])
    (digit,) = recognizer.read(inked(drawing)).digits
    expected = neuron(recognizer.network, digit.image.reshape(784), 36)
    total, bias, z, a = numbers(looking.locator("#one_neuron p").first.inner_text())
    assert (total + bias, bias) == pytest.approx((z, expected.bias), abs=0.011)
    assert (z, a) == pytest.approx((expected.z, expected.a), abs=0.006)
    terms = looking.locator("#one_neuron tbody td").all_inner_texts()
    products = [numbers(term)[-1] for term in terms]
    assert products == pytest.approx([term.product for term in expected.largest], abs=0.006)
    expect(looking.locator("#one_neuron .figures rect")).to_have_count(5)
    expect(looking.locator("#one_neuron .bars rect")).to_have_count(10)
    looking.get_by_label(ENGLISH["neuron_number"]).fill("99")
    expect(looking.locator("#one_neuron b").first).to_have_text("Neuron 99")


def test_what_each_neuron_adds_and_two_digits_to_compare(looking: Page) -> None:
    draw(looking, SEVEN)
    looking.get_by_label(ENGLISH["by_share"]).click()
    titles = looking.locator("#neurons rect title")
    expect(titles.first).to_contain_text(",")
    adds = [numbers(each)[-1] for each in titles.all_text_contents()]
    assert len(adds) == 100 and adds == sorted(adds, reverse=True)
    z = numbers(looking.locator("#outputs tbody tr").nth(7).inner_text())[0]
    assert sum(adds) + np.load(SHIPPED)["b2"][7] == pytest.approx(z, abs=0.3)
    looking.get_by_label(ENGLISH["why_second"]).click()
    looking.get_by_role("option", name="1", exact=True).click()
    expect(looking.locator("#why")).to_contain_text("The sum of the 7 leads that of the 1")


def test_one_digit_of_a_number(looking: Page) -> None:
    write(looking, "17")
    expect(looking.locator("#why")).to_contain_text("The sum of the 1 leads")
    looking.get_by_role("spinbutton", name=ENGLISH["place"]).fill("2")
    expect(looking.locator("#why")).to_contain_text("The sum of the 7 leads")
