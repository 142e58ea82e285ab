"""Both languages say the same things, and all of them."""

import re
from types import SimpleNamespace

from page.sketchpad import SCRIPT, TEMPLATE, TRANSLATIONS
from page.words import CHINESE, ENGLISH, words_for
from training.config import SETTINGS


def test_nothing_is_left_untranslated() -> None:
    meanings = {setting.meaning: setting.meaning for setting in SETTINGS.values()}
    assert CHINESE.keys() == (ENGLISH | meanings).keys()
    for key, english in (ENGLISH | meanings).items():
        chinese = CHINESE[key]
        assert re.search(r"[\u4e00-\u9fff]", chinese), key
        for mark in (r"{\w+", r"^#* ", r"`.*?`", r"</?\w+>"):  # values, headings, code, tags
            both = [sorted(re.findall(mark, text, re.M)) for text in (english, chinese)]
            assert both[0] == both[1], key


def test_the_sketchpads_words_are_translated() -> None:
    said = re.findall(r'(?:title|aria-label)="([^"$]+)"', TEMPLATE)
    said += re.findall(r"<span>([^<]+)</span>", TEMPLATE)
    for call in re.findall(r"\b(?:say|tell)\((.*)\);", SCRIPT):
        said += re.findall(r'"(\w[^"]*)"', call)
    assert len(said) > 15 and set(said) == set(TRANSLATIONS["zh"])


def test_the_browsers_first_language_counts() -> None:
    for chinese in ("zh-CN,zh;q=0.9,en;q=0.8", "zh-TW"):
        assert words_for(SimpleNamespace(headers={"accept-language": chinese})) is CHINESE
    # Of zh-Hans-SG, Gradio's own page is English.
    for english in ("zh-Hans-SG", "en-US,en;q=0.9,zh-CN;q=0.8", "", ",;q=\x00"):
        assert words_for(SimpleNamespace(headers={"accept-language": english})) is ENGLISH
