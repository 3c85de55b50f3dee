"""What is said of who is away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "api.presence_not_yours": (
        "You may say this of yourself and of people of your scope only",
        "Отмечать можно только себя и тех, на кого распространяется ваше право",
    ),
    "api.away_until": (
        "until: must be an instant to come, at most {days} days ahead",
        "until: нужен момент в будущем, не дальше чем через {days} дней",
    ),
    # Commands
    "help.people.away": (
        "Say that somebody is away: clients' calls leave him out. Without NAME: who is away.",
        "Отметить, что сотрудника нет на месте: звонки клиентов идут мимо. Без NAME: кого нет.",
    ),
    "help.people.back": (
        "Say that he is back: calls ring at him again.",
        "Отметить, что он вернулся: звонки снова идут к нему.",
    ),
    "help.away.until": (
        "When it ends by itself: 30m, 2h, 1d, 17:30, 2026-01-31 or 2026-01-31T09:00.",
        "Когда закончится само: 30m, 2h, 1d, 17:30, 2026-01-31 или 2026-01-31T09:00.",
    ),
    "help.away.reason": (
        "Why: break, meeting, training, day_off.",
        "Причина: break, meeting, training, day_off.",
    ),
    "away.is_away": (
        "{name} is away{why}{until}: clients' calls leave him out",
        "{name}: нет на месте{why}{until}, звонки клиентов идут мимо",
    ),
    "away.is_back": ("{name} takes calls", "{name}: на месте, звонки идут"),
    "away.until": (" until {at}", " до {at}"),
    "away.bad_until": (
        "{value}: must be 30m, 2h, 1d, 17:30, 2026-01-31 or 2026-01-31T09:00",
        "{value}: нужно 30m, 2h, 1d, 17:30, 2026-01-31 или 2026-01-31T09:00",
    ),
    "away.reason.break": ("break", "перерыв"),
    "away.reason.meeting": ("meeting", "встреча"),
    "away.reason.training": ("training", "обучение"),
    "away.reason.day_off": ("day off", "выходной"),
    "away.nobody": ("Everybody is here.", "Все на месте."),
    "column.since": ("Since", "Нет с"),
    "column.until": ("Until", "Нет до"),
    "column.reason": ("Reason", "Причина"),
    "column.set_by": ("Set by", "Кто отметил"),
}
