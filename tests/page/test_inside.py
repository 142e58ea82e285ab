"""Look inside: the section follows the drawing, and its numbers are the network's."""

import re
from dataclasses import replace

import gradio as gr
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from harness.browser import EQUALS, PREDICT, SEVENTEEN, draw
from harness.pictures import draw as draw_strokes
from model import Network, Recognizer
from model.inside.neurons import neuron
from page import inside
from page.inside import BEST, Inside
from page.pictures import percent
from page.words import CHINESE, ENGLISH

PARTS = ["steps", "comparison", "outputs", "neurons", "one_neuron", "why", "patch"]
PARTS += ["nearest", "map_of_digits"]
A_SEVEN = draw_strokes([[(0, 0), (0.8, 0), (0.3, 1)]])


def look(recognizer, drawing=A_SEVEN, words=ENGLISH, number=0, pair=(BEST, BEST)) -> dict[str, str]:
    """What each part shows of a drawing. No browser is needed to tell."""
    with gr.Blocks():
        built = Inside()
    shown = built.look(recognizer.read(drawing), recognizer, words, True, 1, number, *pair)
    return dict(zip((part.elem_id for part in built.parts), shown, strict=True))


@pytest.mark.parametrize(
    ("sizes", "activation", "loss", "words"),
    [
        ([784, 10], "sigmoid", "cross-entropy", CHINESE),
        ([784, 303, 10], "relu", "cross-entropy", CHINESE),
        ([784, 30, 20, 10], "tanh", "mse", ENGLISH),
    ],
    ids=lambda value: str(value)[:20],
)
def test_other_networks_are_shown(sizes: list, activation: str, loss: str, words: dict) -> None:
    other = Recognizer(Network.from_sizes(sizes, np.random.default_rng(0), activation, loss))
    shown = look(other, number=10**6, words=words)
    assert all(shown[part] for part in PARTS)
    assert shown["neurons"].count("<svg") == len(sizes) - 1  # hidden layers, and what each adds
    assert shown["one_neuron"].count("<text") == (10 if len(sizes) == 3 else 0)


def test_each_network_reads_the_digit_as_it_was_trained(recognizer: Recognizer) -> None:
    drawing = draw_strokes([[(0, 0.6), (0.6, 0), (0.3, 1)]])  # a 1 that either may take for another
    both = [each.recognize(drawing) for each in (Recognizer.load(inside.TUTORIAL), recognizer)]
    shown = look(recognizer, drawing=drawing)
    cells = re.findall(r"<b>(\d)</b> ([^<]*)", shown["comparison"])
    assert cells[1::2] == [(str(each.digit), percent(each.confidence)) for each in both]
    in_box = look(replace(recognizer, preparation="box"), drawing=drawing)
    assert [each["steps"].count("<svg") for each in (shown, in_box)] == [6, 5]


@pytest.mark.parametrize("pair", [("3", BEST), (BEST, "7"), ("3", "3")])
def test_any_two_digits_can_be_compared(recognizer: Recognizer, pair: tuple[str, str]) -> None:
    first, second = re.findall(r"of the (\d)", look(recognizer, pair=pair)["why"])
    assert first == (pair[0] if pair[0] != BEST else "7") != second
    assert pair[1] in (BEST, first, second)


def test_a_neurons_sum_is_the_networks(recognizer: Recognizer) -> None:
    assert look(recognizer, number=-3) == look(recognizer, number=0)
    text = look(recognizer, number=37)["one_neuron"]
    expected = neuron(recognizer.network, recognizer.recognize(A_SEVEN).image.reshape(784), 36)
    said = re.search(r"<p>(.*?)</p>", text).group()
    total, bias, z, a = map(float, re.findall(r"[+-]?\d+\.\d+", said))
    assert (total + bias, bias) == pytest.approx((z, expected.bias), abs=0.011)
    assert (z, a) == pytest.approx((expected.z, expected.a), abs=0.006)
    products = [float(each) for each in re.findall(r"= (\S+)</td>", text)]
    assert products == pytest.approx([term.product for term in expected.largest], abs=0.006)


def test_it_follows_the_drawing_while_it_is_open(page: Page) -> None:
    with page.expect_response(PREDICT) as response:
        draw(page, *SEVENTEEN)
    assert len(response.value.body()) < 5_000  # while it is closed it is not even sent
    section = page.get_by_role("button", name=ENGLISH["inside"])
    section.click()
    why, steps, neuron = (page.locator(f"#{part}") for part in ("why", "steps", "one_neuron b"))
    expect(why).to_contain_text("The sum of the 1 leads")
    place = page.get_by_role("spinbutton", name=ENGLISH["place"])
    for typed, digit in (("99", 7), ("-1", 1), ("", 1), ("2", 7)):
        place.fill(typed)
        expect(why).to_contain_text(f"The sum of the {digit} leads")
    page.get_by_label(ENGLISH["why_second"]).click()
    page.get_by_role("option", name="3", exact=True).click()
    expect(why).to_contain_text("The sum of the 7 leads that of the 3")
    for part in PARTS:
        expect(page.locator(f"#{part} svg, #{part} table").first).to_be_visible()
    expect(page.locator("#nearest svg")).to_have_count(5)
    expect(page.locator("#map_of_digits text")).to_have_count(1000)
    layer = page.locator("#neurons svg").first
    width = layer.bounding_box()["width"]
    layer.click(position={"x": 0.65 * width, "y": 0.35 * width})
    expect(neuron.first).to_have_text("Neuron 37")
    assert 'x="6.00" y="3.00"' in page.locator("#neurons").inner_html()  # marked
    page.get_by_label(ENGLISH["neuron_number"]).fill("99")
    expect(neuron.first).to_have_text("Neuron 99")
    page.get_by_title("Clear").click()
    expect(steps).to_have_text(ENGLISH["inside_blank"])
    expect(why).to_be_empty()
    draw(page, *EQUALS)
    expect(steps).to_contain_text("Pieces: 2.")
    section.click()
