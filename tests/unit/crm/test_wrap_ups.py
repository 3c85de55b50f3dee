"""Outcomes of talks: what is offered, what is retired, and how people read them."""

from __future__ import annotations

from crm.wrap_ups import USUAL, Outcome, Outcomes

VISIT = Outcome(key="visit", labels={"en": "visit", "ru": "визит"})
SOLD = Outcome(key="sold", labels={"ru": "продано"})


def test_the_usual_ones_are_offered_until_the_company_names_others() -> None:
    assert [one.key for one in Outcomes.read(None).offered] == list(USUAL)
    only_retired = Outcomes(retired=(VISIT,))
    assert Outcomes.read(only_retired.write()) == only_retired


def test_what_is_written_is_read() -> None:
    some = Outcomes(offered=(SOLD, Outcome(key="other")), retired=(VISIT,))
    assert Outcomes.read(some.write()) == some


def test_only_what_talks_have_is_retired() -> None:
    before = Outcomes(offered=(VISIT, SOLD))
    after = before.followed_by([Outcome(key="agreed")], {"visit"})
    assert after.retired == (VISIT,)
    # Offered again, it is retired no more; and what was retired stays so meanwhile.
    assert after.followed_by([VISIT], {"visit"}).retired == ()
    assert after.followed_by([SOLD], {"visit", "sold"}).retired == (VISIT,)
    assert after.followed_by([], {"visit", "agreed"}) == Outcomes(retired=(VISIT,))


def test_a_word_in_one_language_is_read_in_both() -> None:
    assert (VISIT.label("en"), VISIT.label("ru")) == ("visit", "визит")
    assert SOLD.label("en") == "продано"
    assert Outcome(key="agreed").label("ru") is None
