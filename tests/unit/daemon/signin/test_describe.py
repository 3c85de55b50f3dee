"""What is said of signing in, in both languages."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, get_args

import pytest

from crm.places import Verdict
from crm.sessions import Standing
from daemon.messages import say
from daemon.signin.credentials import _STALE
from daemon.signin.sign_in import Reason
from daemon.signin.windows import Why
from daemon.texts.signin import TEXTS

if TYPE_CHECKING:
    from .conftest import House


def test_both_languages_leave_the_same_open() -> None:
    for key, (english, russian) in TEXTS.items():
        named = [
            {field for _, field, _, _ in Formatter().parse(text) if field}
            for text in (english, russian)
        ]
        assert named[0] == named[1], key
        assert english != russian or key == "signin.id" or key == "places.person", key


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_reason_has_a_sentence(language: str) -> None:
    keys = [f"windows_{why}" for why in get_args(Why)]
    keys += [f"sign_in_{reason}" for reason in ("wrong", "code_needed", "wrong_code")]
    assert set(get_args(Reason)) == {
        "wrong", "locked", "code_needed", "wrong_code", "place", "unknown_account",
    }  # fmt: skip
    keys += [*_STALE.values(), "windows_unknown_account"]
    keys += [f"place_{verdict}" for verdict in Verdict if verdict is not Verdict.ALLOWED]
    assert set(_STALE) == set(Standing) - {Standing.GOOD}
    for key in keys:
        assert say(language, f"api.{key}", address="192.0.2.1")  # type: ignore[arg-type]


async def test_sentences_come_in_the_language_of_who_asks(house: House) -> None:
    anna = await house.browser()
    typed = {"name": "anna", "password": "wrong one"}
    for language, sentence in (
        ("en", "Name or password are wrong"),
        ("ru", "Имя или пароль не подходят"),
    ):
        said = await anna.ask("POST", "session", typed, headers={"Accept-Language": language})
        assert said[1]["detail"] == sentence
