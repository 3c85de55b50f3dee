"""A made-up company, busy enough to be looked at: the console's pictures are taken of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from crm.alerts import raise_alert
from crm.notices import tell
from daemon.calls.call import Call, Disposition, Leg, Party, PartyKind
from tests.unit.daemon.api.conftest import House, a_call

from .recorded_calls import NUMBER, furnish
from .running_calls import Office
from .served import ServedHouse

CLIENTS: Final = (
    ("Irene Adler", "Adler Voices"),
    ("Jabez Wilson", "Wilson Loans"),
    ("Hatty Doran", "Doran Mining"),
    ("Mary Sutherland", "Sutherland Plumbing"),
    ("John Openshaw", "Openshaw & Sons"),
    ("Violet Hunter", "Copper Beeches School"),
    ("Hugh Boone", "Boone Matches"),
    ("Helen Stoner", "Stoke Moran Farm"),
    ("Victor Hatherley", "Hatherley Hydraulics"),
    ("Alexander Holder", "Holder Bank"),
    ("Grace Dunbar", "Thor Place"),
    ("Percy Phelps", "Briarbrae Works"),
    ("Hall Pycroft", "Midland Hardware"),
    ("Effie Munro", "Norbury Cottages"),
)
DAYS: Final = 12
_SEED: Final = 221


def number_of(n: int) -> str:
    """Whose it is, ``CLIENTS`` says."""
    return NUMBER if n == 0 else f"+4420794605{n:02}"


async def begin(house: House) -> None:
    """What was there before anybody came: calls of twelve days, one of them recorded."""
    await furnish(house)
    await house.write(*past_calls(datetime.now(UTC)))


def past_calls(now: datetime) -> Iterator[Call]:
    """By chance, and the same each time."""
    chance = random.Random(_SEED)
    count = 300
    for day in range(DAYS, -1, -1):
        for hour in (9, 10, 10, 11, 11, 12, 14, 15, 15, 16, 17):
            at = (now - timedelta(days=day)).replace(
                hour=hour, minute=chance.randrange(60), second=chance.randrange(60), microsecond=0
            )
            if at > now - timedelta(minutes=40) or at.weekday() > 4:
                continue
            count += 1
            yield past_call(count, at, chance)


def past_call(count: int, at: datetime, chance: random.Random) -> Call:
    """One of them: three of four are answered."""
    agent, ring = chance.choice(("anna", "boris")), chance.randrange(3, 25)
    is_answered = chance.random() < 0.75
    talk = chance.randrange(20, 600) if is_answered else 0
    answered_at = at + timedelta(seconds=ring) if is_answered else None
    ended_at = at + timedelta(seconds=ring + talk)
    leg = Leg(
        channel=f"past{count}",
        party=Party(kind=PartyKind.AGENT, name=agent),
        started_at=at,
        ringing_from=at,
        ringing_to=answered_at or ended_at,
        answered_at=answered_at,
        ended_at=ended_at,
    )
    return replace(
        a_call(count, customer=number_of(chance.randrange(len(CLIENTS)))),
        started_at=at,
        answered_at=answered_at,
        ended_at=ended_at,
        legs=(leg,),
        recordings=(),
        disposition=Disposition.ANSWERED if is_answered else Disposition.MISSED,
        answered_by=agent if is_answered else None,
        last_agent=agent if is_answered else None,
        ring_seconds=float(ring),
        talk_seconds=float(talk),
    )


def furnish_more(served: ServedHouse) -> UUID:
    """Names on the cards, people, tasks, what was noticed, and who is on the telephone now.

    The card to look at.
    """
    office = Office(served)
    ids = {}
    for n, (name, company) in enumerate(CLIENTS):
        curator = ("anna", "boris", None)[n % 3]
        ids[name] = office.card(
            number_of(n), name=name, sort_name=name.lower(), company=company, curator=curator
        )
    served.ask("PUT", "departments/sales", {})
    for agent, full_name in (("anna", "Anna Ford"), ("boris", "Boris Klein")):
        served.ask("PATCH", f"people/{agent}", {"full_name": full_name, "department": "sales"})
    for n, (name, text) in enumerate(
        (
            ("Irene Adler", "Send the offer for the spring season"),
            ("Violet Hunter", "Ask whether the new timetable suits her"),
            ("Percy Phelps", "Remind of the contract"),
        )
    ):
        due = (datetime.now(UTC) + timedelta(hours=5 * n - 3)).isoformat()
        served.ask("POST", "tasks", {"client_id": str(ids[name]), "text": text, "due_at": due})
    served.ask(
        "POST",
        f"clients/{ids['Irene Adler']}/notes",
        {"text": "Prefers to be called in the afternoon. Decides together with her partner."},
    )
    now = datetime.now(UTC)

    def noticed(connection: Connection) -> None:
        raise_alert(
            connection,
            "others",
            person="boris",
            client_id=ids["Irene Adler"],
            evidence={
                "count": 48,
                "usual": 3,
                "from": (now - timedelta(hours=14)).isoformat(),
                "to": (now - timedelta(hours=13, minutes=30)).isoformat(),
                "clients": [str(one) for one in ids.values()],
            },
            key="made-up",
            at=now,
        )
        about = {"client": str(ids["Irene Adler"]), "task": str(ids["Irene Adler"])}
        tell(connection, "anna", "task_reminder", about, now)

    async def write(house: House) -> None:
        await house.context.database.write(noticed)

    served.do(write)
    # Those of the past stand on the board as they were made.
    office.clear()
    office.answers(office.rings("anna", customer=number_of(0), ago=170), "anna", ago=161)
    office.rings("boris", customer=number_of(3), ago=8, queue="Sales")
    office.rings(customer=number_of(5), ago=31, queue="Sales")
    return ids["Irene Adler"]
