"""Both languages say the same things."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from page.words import CHINESE, ENGLISH, words_for


def test_nothing_is_left_untranslated() -> None:
    assert ENGLISH.keys() == CHINESE.keys()
    for key, english in ENGLISH.items():
        if isinstance(english, list):
            assert len(english) == len(CHINESE[key])
            english, chinese = " ".join(english), " ".join(CHINESE[key])
            assert re.findall(r"`.*?`", english) == re.findall(r"`.*?`", chinese)
        else:
            chinese = CHINESE[key]
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", chinese)), key
        assert key == "language" or re.search(r"[\u4e00-\u9fff]", chinese), key


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
        ("zh", CHINESE),
        ("en-US,en;q=0.9,zh;q=0.8", ENGLISH),
        ("de", ENGLISH),
        ("", ENGLISH),
        (",;q=\x00", ENGLISH),
    ],
)
def test_the_browsers_first_language_counts(accepted: str, words: dict[str, str]) -> None:
    assert words_for(SimpleNamespace(headers={"accept-language": accepted})) is words
    assert words_for(SimpleNamespace(headers={})) is ENGLISH
