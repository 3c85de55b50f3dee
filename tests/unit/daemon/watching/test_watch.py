"""Unusual reading as it comes about: against the person's own thirty days, once a day."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from config.problems import Language
from crm.alerts import Alert, AlertKind
from crm.notices import Notice, tell
from daemon.texts import watching
from daemon.watching.news import News
from daemon.watching.sentences import alert_sentence, notice_sentence

from .conftest import MONDAY, House

LANGUAGES: tuple[Language, Language] = ("en", "ru")


async def test_the_evidence_is_what_was_opened(house: House) -> None:
    cards = await house.clients(40, curator="boris")
    anna = house.viewer("anna")
    # Ten days on which she opened two cards of her own.
    own = await house.clients(2)
    for day in range(10, 0, -1):
        house.time.now = MONDAY - timedelta(days=day)
        for card in own:
            await house.reading.opened(anna, card)
    house.restarted()
    await house.reading.load()
    house.time.now = MONDAY.replace(hour=22, minute=10)
    for card in cards:
        await house.reading.opened(anna, card)
        house.time.forward(seconds=40)
    alerts = {alert.kind: alert for alert in await house.alerts("sofia")}
    assert set(alerts) == {AlertKind.HOURS, AlertKind.OTHERS, AlertKind.RATE}
    others = alerts[AlertKind.OTHERS]
    assert others.evidence["count"] == 15
    assert others.evidence["usual"] == 0
    assert others.evidence["clients"] == [str(card.id) for card in cards[14::-1]]
    assert alerts[AlertKind.RATE].evidence["usual"] == 2
    assert alert_sentence(others, "en", house.watch.zone).startswith(
        "anna opened 15 cards of other managers between 22:10 and 22:"
    )
    # Nothing more on that day; on the next one it is news again.
    await house.reading.opened(anna, (await house.clients(1, curator="boris"))[0])
    assert len(await house.alerts("sofia")) == 3
    house.time.forward(days=1)
    for card in cards[:20]:
        await house.reading.opened(anna, card)
    assert len(await house.alerts("sofia")) > 3


async def test_after_a_restart_the_day_goes_on(house: House) -> None:
    cards = await house.clients(20, curator="boris")
    anna = house.viewer("anna")
    for card in cards[:10]:
        await house.reading.opened(anna, card)
    assert await house.alerts() == []
    await house.restarted().load()
    for card in cards[10:15]:
        await house.reading.opened(anna, card)
    (alert,) = await house.alerts()
    assert alert.evidence["count"] == 15
    await house.restarted().load()
    await house.reading.opened(anna, cards[15])
    assert len(await house.alerts()) == 1


async def test_news_are_told_once_also_of_a_transaction_that_came_late(house: House) -> None:
    news = News(house.database)
    heard: list[Alert | Notice] = []
    news.listeners.append(heard.append)
    await news.start()
    await house.quotas(manager={"cards_hour": 1})
    one, other, third = await house.clients(3)
    anna = house.viewer("anna")
    await house.reading.opened(anna, one)
    for card in (other, third):
        with pytest.raises(Exception, match="quota"):
            await house.reading.opened(anna, card)
    await house.watch.look_at_all()
    await news.tell()
    await news.tell()
    # The alert, the notices of dina and sofia, and that of anna herself.
    assert len(heard) == 4
    assert {notice.person for notice in heard if isinstance(notice, Notice)} == {
        "anna",
        "dina",
        "sofia",
    }


async def test_however_many_notices_come_at_once_all_are_told(house: House) -> None:
    news = News(house.database)
    heard: list[Alert | Notice] = []
    news.listeners.append(heard.append)
    await news.start()

    def many(connection: Connection) -> None:
        for _ in range(1203):
            tell(connection, "anna", "reminder", {}, house.time.now)

    await house.database.write(many)
    await news.tell()
    await house.database.write(lambda connection: tell(connection, "boris", "reminder", {}, MONDAY))
    await news.tell()
    assert len({one.id for one in heard}) == len(heard) == 1204


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in AlertKind if kind is not AlertKind.QUOTA])
def test_every_kind_has_its_sentence(kind: AlertKind, language: Language) -> None:
    evidence = {
        "count": 48,
        "from": "2026-03-01T22:10:00+00:00",
        "to": "2026-03-02T08:40:00+00:00",
        "usual": 3,
        "days": 3,
        "others": True,
    }
    alert = Alert(
        id=uuid4(),
        kind=kind,
        person="anna",
        client_id=None,
        at=MONDAY,
        evidence=evidence,
        settled_by=None,
        settled_at=None,
        settled_note=None,
    )
    said = alert_sentence(alert, language, ZoneInfo("UTC"))
    assert "{" not in said
    if "{from}" in watching.TEXTS.get(f"alert.{kind}", ("", ""))[0]:
        assert "01.03 22:10" in said
        assert "08:40" in said


def test_both_languages_fill_the_same_places() -> None:
    for key, texts in watching.TEXTS.items():
        places = [set(re.findall(r"\{(\w+)\}", text)) for text in texts]
        assert places[0] == places[1], key


async def test_a_notice_says_what_its_alert_says(house: House) -> None:
    await house.quotas(manager={"cards_hour": 1})
    one, other = await house.clients(2)
    anna = house.viewer("anna")
    await house.reading.opened(anna, one)
    with pytest.raises(Exception, match="quota"):
        await house.reading.opened(anna, other)
    (alert,) = await house.alerts("sofia")
    (notice,) = await house.notices("sofia")
    for language in LANGUAGES:
        assert notice_sentence(notice, language, house.watch.zone) == alert_sentence(
            alert, language, house.watch.zone
        )
