"""Look inside: the section follows the drawing, and its numbers are the network's."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Request, expect

from harness.browser import BAR, SEVEN, SLANT, answer, button, draw, write
from harness.pictures import data_uri, seven
from model import Network, Recognizer
from model.inside.neurons import neuron
from model.network.weights import SHIPPED
from page import inside, neighbours
from page.pictures import picture_at
from page.words import CHINESE, ENGLISH

ASKED = ("inside", "neuron", "map")
SECTIONS = ("steps", "tutorial", "neurons", "outputs", "why", "patch", "neighbours")
WCAG_AA = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def asked(request: Request) -> str:
    return request.url.rpartition("/page/")[2]


@pytest.fixture
def look_inside(page: Page) -> Iterator[Page]:
    """The page with the section open."""
    page.locator("#inside summary").click()
    yield page
    page.locator("#inside summary").click()


def test_closed_it_asks_nothing(page: Page) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(asked(request)))
    draw(page, BAR, SLANT)
    expect(answer(page)).to_have_text("7")
    page.wait_for_timeout(300)
    assert requests and not set(requests) & set(ASKED)


def test_open_it_follows_the_drawing(look_inside: Page) -> None:
    expect(look_inside.locator("#inside")).to_contain_text(ENGLISH["inside_blank"])
    draw(look_inside, BAR, SLANT)
    for section in SECTIONS:
        expect(look_inside.locator(f"#{section}")).to_be_visible()
    expect(look_inside.locator("#steps li")).to_have_count(5)
    expect(look_inside.locator("#neurons [data-neuron]")).to_have_count(100)
    expect(look_inside.locator("#map text")).to_have_count(1000)
    expect(look_inside.locator("#why")).to_contain_text("The sum of the 7 leads")
    button(look_inside, "Clear").click()
    expect(look_inside.locator("#inside")).to_contain_text(ENGLISH["inside_blank"])
    look_inside.get_by_role("button", name="Draw 8", exact=True).click()
    expect(look_inside.locator("#why")).to_contain_text("The sum of the 8 leads")
    expect(look_inside.locator("#map text")).to_have_count(1000)


def test_opened_after_drawing_it_comes_into_view(page: Page) -> None:
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    page.locator("#inside summary").click()
    top = "document.querySelector('#inside').getBoundingClientRect().top"
    page.wait_for_function(f"Math.abs({top}) < 2")
    page.locator("#inside summary").click()


def test_a_neurons_sum_is_the_networks(look_inside: Page) -> None:
    draw(look_inside, SEVEN)
    expect(look_inside.locator("#neurons")).to_be_visible()
    with look_inside.expect_request("**/page/neuron") as request:
        look_inside.locator('[data-neuron="36"]').hover()
    expect(look_inside.locator("#neuron h3")).to_have_text("Neuron 37")
    sent = json.loads(request.value.post_data)
    recognizer = Recognizer.load(SHIPPED)
    (digit,) = recognizer.read(picture_at(sent["picture"])).digits
    expected = neuron(recognizer.network, digit.image.reshape(784), 36)
    shown = look_inside.locator("#neuron .sum")
    assert float(shown.get_attribute("data-z")) == pytest.approx(expected.z, rel=1e-5)
    assert float(shown.get_attribute("data-a")) == pytest.approx(expected.a, rel=1e-5)
    sums = [float(n.replace("−", "-")) for n in re.findall(r"[+−]\d+\.\d+", shown.inner_text())]
    assert sums[0] == pytest.approx(expected.products.sum(), abs=0.01)
    assert sums[-1] == pytest.approx(expected.z, abs=0.01)
    terms = look_inside.locator("#neuron td").all_inner_texts()
    assert len(terms) == 5
    expect(look_inside.locator("#neuron .stack rect")).to_have_count(5)
    assert f"{abs(expected.largest[0].product):.2f}" in terms[0]
    expect(look_inside.locator(".outgoing li")).to_have_count(10)


def ranked(page: Page, rank: int) -> Locator:
    return page.locator(f'#neurons [style$="--rank: {rank}"]')


def test_neurons_by_the_keyboard_and_by_what_they_add(look_inside: Page) -> None:
    draw(look_inside, SEVEN)
    expect(look_inside.locator("#neuron h3")).to_be_visible()
    look_inside.get_by_role("button", name="by what each adds to the 7").click()
    ranked(look_inside, 0).focus()
    look_inside.keyboard.press("ArrowRight")
    expect(ranked(look_inside, 1)).to_be_focused()
    look_inside.keyboard.press("ArrowLeft")
    look_inside.keyboard.press("ArrowDown")
    expect(ranked(look_inside, 10)).to_be_focused()
    adds = [
        float(re.search(r"adds (.+) to", label).group(1).replace("−", "-"))
        for label in look_inside.locator("#neurons [data-neuron]").evaluate_all(
            "(all) => all.sort((a, b) => a.style.getPropertyValue('--rank')"
            " - b.style.getPropertyValue('--rank')).map((each) => each.ariaLabel)"
        )
    ]
    assert adds == sorted(adds, reverse=True)
    look_inside.get_by_role("button", name="as numbered").click()


def test_two_digits_to_compare(look_inside: Page) -> None:
    draw(look_inside, SEVEN)
    look_inside.get_by_label("and not that one").focus()
    look_inside.get_by_label("and not that one").select_option("1")
    expect(look_inside.locator("#why")).to_contain_text("leads that of the 1")
    expect(look_inside.get_by_label("and not that one")).to_be_focused()
    look_inside.get_by_label("and not that one").select_option("7")  # the first: exchange them
    expect(look_inside.locator("#why")).to_contain_text("The sum of the 1 leads that of the 7")


def test_what_is_no_digit_is_none_here_either(look_inside: Page) -> None:
    draw(look_inside, [(0.3, 0.4), (0.7, 0.4)], [(0.3, 0.6), (0.7, 0.6)])
    expect(look_inside.locator("#inside .told")).to_contain_text("It takes this for no digit")


def test_one_digit_of_a_number(look_inside: Page) -> None:
    write(look_inside, "17")
    which = look_inside.get_by_role("group", name=ENGLISH["which_digit"])
    expect(which.get_by_role("button")).to_have_text(["1", "7"])
    expect(look_inside.locator("#why")).to_contain_text("The sum of the 1 leads")
    which.get_by_role("button", name="7").click()
    expect(look_inside.locator("#why")).to_contain_text("The sum of the 7 leads")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_meets_wcag_aa_and_fits_a_small_phone(new_page: Callable, theme: str) -> None:
    page = new_page(f"/?__theme={theme}", viewport={"width": 320, "height": 640})
    page.locator("#inside summary").click()
    page.locator("#sheet").scroll_into_view_if_needed()
    draw(page, SEVEN)
    expect(page.locator("#map text")).to_have_count(1000)
    expect(page.locator("#neuron h3")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    report = Axe().run(page, options=WCAG_AA)
    assert report.violations_count == 0, report.generate_report()


NETWORKS = {
    "no hidden layer": ([784, 10], "sigmoid", "mse"),
    "softmax": ([784, 10], "sigmoid", "cross-entropy"),
    "relu": ([784, 300, 10], "relu", "cross-entropy"),
    "two hidden layers": ([784, 30, 20, 10], "tanh", "mse"),
}


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_other_networks_are_shown(kind: str, words: dict) -> None:
    sizes, activation, loss = NETWORKS[kind]
    network = Network.from_sizes(sizes, np.random.default_rng(0), activation, loss)
    recognizer = Recognizer(network)
    reading = recognizer.read(picture_at(data_uri(seven())))
    html = inside.section(reading, recognizer, 0, None, words)
    for section in SECTIONS:
        assert f'id="{section}"' in html
    assert html.count("data-neuron=") == sizes[1]
    panel = inside.one_neuron(reading, recognizer, 0, sizes[1] - 1, words)
    assert words["neuron_title"].format(number=sizes[1]) in panel
    assert ("outgoing" in panel) == (len(sizes) == 3)


def test_without_its_files_it_leaves_out_what_they_are_for(monkeypatch, tmp_path) -> None:
    caches = inside.tutorials_network, neighbours.known_digits
    for cache in caches:
        cache.cache_clear()
    monkeypatch.setattr(inside, "TUTORIAL", tmp_path / "missing")
    monkeypatch.setattr(neighbours, "DIGITS", tmp_path / "missing")
    recognizer = Recognizer.load(SHIPPED)
    reading = recognizer.read(picture_at(data_uri(seven())))
    html = inside.section(reading, recognizer, 0, None, ENGLISH)
    assert 'id="tutorial"' not in html and 'id="neighbours"' not in html
    assert 'id="why"' in html
    assert neighbours.map_of_digits(recognizer.network, ENGLISH) == ""
    for cache in caches:
        cache.cache_clear()
