from __future__ import annotations

from crm.audit_actions import Action
from crm.audit_chain import Fault
from daemon.messages import say


def test_every_action_and_every_fault_is_a_sentence_in_both_languages() -> None:
    about = {"client": "Mallory (4711)", "object": "x", "count": 3, "seq": 4, "until": 5}
    keys = [f"audit.{one}" for one in Action] + [f"audit.fault.{one}" for one in Fault]
    for key in keys:
        english, russian = say("en", key, **about), say("ru", key, **about)
        assert english != russian
        assert "{" not in english + russian


def test_every_action_is_a_heading_in_both_languages() -> None:
    headings = [
        (say("en", f"audit.action.{one}"), say("ru", f"audit.action.{one}")) for one in Action
    ]
    assert all(english != russian for english, russian in headings)
    for of_language in zip(*headings, strict=True):
        assert len(set(of_language)) == len(Action)
