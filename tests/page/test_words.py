"""Both languages say the same things."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from page.train import words as train_words
from page.words import CHINESE, ENGLISH, words_for


@pytest.mark.parametrize(
    ("first", "second"),
    [(ENGLISH, CHINESE), (train_words.ENGLISH, train_words.CHINESE)],
    ids=["first page", "train"],
)
def test_nothing_is_left_untranslated(first: dict, second: dict) -> None:
    assert first.keys() == second.keys()
    for key, english in first.items():
        chinese = second[key]
        if isinstance(english, dict):
            test_nothing_is_left_untranslated(english, chinese)
            continue
        if isinstance(english, list):
            assert len(english) == len(chinese)
            english, chinese = " ".join(english), " ".join(chinese)
            assert re.findall(r"`.*?`", english) == re.findall(r"`.*?`", chinese)
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
