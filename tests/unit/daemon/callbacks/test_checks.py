"""What is asked of the PBX, and that everything has its words."""

from __future__ import annotations

import pytest

from config.problems import Language
from daemon.callbacks.callback import EndReason, State
from daemon.callbacks.checks import trunk_of
from daemon.callbacks.refusal import Refusal
from daemon.messages import say


@pytest.mark.parametrize(
    ("dial", "trunk"),
    [
        ("PJSIP/{number}@operator", "PJSIP/operator"),
        ("PJSIP/{digits}@my-trunk_2", "PJSIP/my-trunk_2"),
        ("PJSIP/operator/sip:{number}@192.0.2.1", "PJSIP/operator"),
        ("SIP/operator/{national}", "SIP/operator"),
        ("PJSIP/9{national}@operator", "PJSIP/operator"),
        # The dialplan chooses: nothing can be asked.
        ("Local/{number}@from-internal/n", None),
        ("DAHDI/g1/{national}", None),
    ],
)
def test_the_device_behind_a_dial_string(dial: str, trunk: str | None) -> None:
    assert trunk_of(dial) == trunk


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_code_has_its_sentence(language: Language) -> None:
    about = {"allowed": "101", "phone": "101", "installed": "2", "wanted": "1", "most": 3}
    for code in Refusal:
        assert say(language, f"api.{code}", **about)
    for word in (*State, *EndReason):
        assert say(language, f"callback.{word}")
