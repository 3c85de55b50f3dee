"""The catalogue says the same in both languages."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from pkgutil import iter_modules
from string import Formatter

import pytest

from config.problems import Language
from daemon import messages, texts


def test_each_text_stands_in_one_catalogue() -> None:
    held = [
        key
        for module in iter_modules(texts.__path__, "daemon.texts.")
        for key in import_module(module.name).TEXTS
    ]
    assert [key for key, times in Counter(held).items() if times > 1] == []
    assert set(held) == set(messages._TEXTS)


@pytest.mark.parametrize("key", sorted(messages._TEXTS))
def test_both_languages_leave_the_same_open(key: str) -> None:
    fields = [
        {name for _, name, _, _ in Formatter().parse(text) if name} for text in messages._TEXTS[key]
    ]
    assert fields[0] == fields[1]


def test_russian_is_russian() -> None:
    latin_by_nature = {
        "inbound",
        "help.direction",
        "help.disposition",
        "api.invalid_parameter",
        "bad_cel",
    }
    for key, (_, russian) in messages._TEXTS.items():
        if key not in latin_by_nature:
            assert re.search("[а-яё]", russian), key


@pytest.mark.parametrize(
    ("environ", "settings", "language"),
    [
        ({}, None, "en"),
        ({"LANG": "ru_RU.UTF-8"}, None, "ru"),
        ({"LANG": "ru_RU.UTF-8"}, "en", "en"),
        ({"CALLWARD_LANGUAGE": "ru"}, "en", "ru"),
        ({"CALLWARD_LANGUAGE": "klingon", "LC_ALL": "C", "LANG": "ru_RU"}, None, "en"),
    ],
)
def test_who_decides_the_language(
    environ: dict[str, str], settings: Language | None, language: str
) -> None:
    assert messages.language_of(environ, settings) == language
