from __future__ import annotations

from daemon.messages import say
from daemon.monitoring.refusal import Refusal


def test_every_refusal_is_a_sentence_in_both_languages() -> None:
    about = {"allowed": "101", "phone": "101", "address": "127.0.0.1:1"}
    for refusal in Refusal:
        english, russian = (say(lang, f"api.{refusal}", **about) for lang in ("en", "ru"))
        assert english != russian
        assert "{" not in english + russian
