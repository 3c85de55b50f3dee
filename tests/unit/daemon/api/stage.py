"""What a world is furnished with: people, cards, and what happened to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, select

from crm import fields
from crm.access import Right, Scope
from crm.alerts import raise_alert
from crm.card_tables import custom_field
from crm.departments import save_department
from crm.exports import Export, begin_export
from crm.field_rules import FieldRule, Subject, SubjectKind, save_field_rules
from crm.notices import tell
from crm.tables import client as client_table
from crm.takeovers import ask
from daemon.callbacks import rows
from daemon.callbacks.callback import Callback, EndReason, State
from daemon.calls.call import Leg, Party, PartyKind, Transfer, TransferKind
from recordings.models import RecordingState
from recordings.queries import Recording, save
from store.ids import uuid7

from .canaries import Secrets
from .conftest import BEGAN, House, a_call, put_on_card

if TYPE_CHECKING:
    from .conftest import Client

from .noted import Noted
from .personas import _CURATORS, ALL_HIDDEN, CUSTOM, LABELS, ME, Persona
from .talking import a_talk


class Stage:
    """Furnishes a house, by its own doors where it has them."""

    def __init__(self, house: House, client: Client, secrets: Secrets) -> None:
        self._house = house
        self._client = client
        self._secrets = secrets
        self._ids: dict[str, str] = {}
        self.things: dict[str, list[str]] = {}

    async def people(self, persona: Persona) -> None:
        house = self._house

        def departments(connection: Connection) -> None:
            for name in ("service", "sales"):
                save_department(connection, name, None)

        await house.context.staff.change(departments)
        await house.person("mate", department="service")
        await house.person("other", department="sales")
        await house.person("gone", department="sales")
        for name in ("boss", "chair"):
            await house.person(name, role="director")
            await self._do("PATCH", f"people/{name}", {"windows_account": f"{name}@EXAMPLE"})
        await house.person(ME, persona.rights, role=persona.role, department="service")
        for key, kind in CUSTOM.items():
            choices = ["gold", "iron"] if kind == "choice" else []
            body = {"label": f"The {key}", "kind": kind, "choices": choices}
            await self._do("PUT", f"custom-fields/{key}", body)
        await self._do("PUT", "categories/trusted", {"position": 1})

        def hide(connection: Connection) -> None:
            subject = Subject(SubjectKind.PERSON, ME)
            rules = [FieldRule(subject, name, name in persona.hidden) for name in ALL_HIDDEN]
            save_field_rules(connection, rules)

        await house.context.staff.change(hide)
        much = dict.fromkeys(("cards_hour", "cards_day", "rows_hour", "rows_day"), 100_000)
        await self._do("PUT", "policies/quotas", {"roles": {}, "people": {ME: much}})

    async def cards(self) -> None:
        for label in LABELS:
            await self._card(label)
        for one, into in (("merged", "own1"), ("merged_other", "other1")):
            merge = await self._do(
                "POST", f"clients/{self._ids[into]}/merge", {"source_id": self._ids[one]}
            )
            self._keep("merges", merge["id"])
        # A number that another's card has, of whom its writer does not know.
        await self._claim("own1", "other2")
        await self._claim("other2", "own2")
        for label in ("archived", "archived_other", "secret_archived"):
            await self._do("DELETE", f"clients/{self._ids[label]}")
        cards = {"mine": ME, "secret": "other", "secret_archived": "other"}
        for label, curator in cards.items():
            await self._put(label, {"private": True, "curator": curator})
        if self._secrets.world == "b":
            # One more of whom nobody may know.
            await self._house.context.database.write(
                lambda connection: connection.execute(
                    client_table.insert().values(
                        id=uuid7(),
                        name="Zqxnnnn",
                        source="manual",
                        curator="chair",
                        private=True,
                        created_at=datetime.now(UTC),
                    )
                )
            )
            self._secrets.values.add("zqxnnnn")

    async def _card(self, label: str) -> None:
        secrets = self._secrets
        number, word = secrets.number, secrets.word
        email = f"{word(label, fields.EMAILS)}@example.com"
        known = await self._do(
            "POST",
            "clients",
            {
                "name": f"Card {word(label, fields.NAME)}",
                "company": f"{word(label, fields.COMPANY)} Works",
                "category": "trusted",
                "curator": None,
                "custom": {
                    "memo": f"says {word(label, 'custom:memo')}",
                    "debt": int(number(label, "custom:debt")[-7:]),
                    "since": secrets.either(label, "custom:since", "2011-03-04", "2012-05-06"),
                    "tier": secrets.either(label, "custom:tier", "gold", "iron"),
                    "vip": secrets.either(label, "custom:vip", "1", "0") == "1",
                },
                "phones": [{"number": number(label), "label": "work"}],
                "contacts": [
                    {"kind": "email", "value": email, "label": "home"},
                    {"kind": "address", "value": f"5 {word(label, fields.ADDRESSES)} Street"},
                    {"kind": "messenger", "value": f"@{word(label, fields.MESSENGERS)}"},
                ],
            },
        )
        id_ = self._ids[label] = known["id"]
        # Also one who can serve nobody by his role.
        deputy = ME if label == "deputy" else None
        await self._put(label, {"curator": _CURATORS[label], "deputy": deputy})
        self._keep("clients", id_)
        self._keep("phones", known["phones"][0]["id"])
        for kind in ("emails", "addresses", "messengers"):
            self._keep("contacts", known[kind][0]["id"])
        await self._edits(label, known)
        said = f"call {number(label, 'phones/said')} or {word(label, 'emails/said')}@example.org"
        note = await self._do("POST", f"clients/{id_}/notes", {"text": f"To me: {said}"})
        noted = {"text": f"hears {word(label, fields.NOTES)}"}
        await self._do("POST", f"clients/{id_}/notes", noted)
        self._keep("notes", note["id"])
        task = await self._do("POST", "tasks", {"client_id": id_, "text": f"Today {said}"})
        self._keep("tasks", task["id"])

    async def _edits(self, label: str, known: Any) -> None:
        """Digits changed, values taken away: the history holds what was."""
        id_, number, word = known["id"], self._secrets.number, self._secrets.word
        await self._do(
            "PATCH",
            f"clients/{id_}",
            {
                "company": f"{word(label, 'company/now')} Hall",
                "custom": {"memo": word(label, "custom:memo/now")},
            },
        )
        added = await self._do(
            "POST", f"clients/{id_}/phones", {"number": number(label, "phones/was")}
        )
        now = await self._do(
            "PATCH",
            f"clients/{id_}/phones/{added['id']}",
            {"number": number(label, "phones/now")},
        )
        self._keep("phones", now["id"])
        gone = await self._do(
            "POST",
            f"clients/{id_}/contacts",
            {"kind": "email", "value": f"{word(label, 'emails/was')}@example.org"},
        )
        await self._do("DELETE", f"clients/{id_}/contacts/{gone['id']}")
        for row in await self._ids_of(f"clients/{id_}/changes"):
            self._keep("changes", row)

    async def _claim(self, label: str, of: str) -> None:
        """Its writer knows of one card only."""
        await self._house.person("narrow", {Right.CLIENTS_CHANGE: Scope.OWN}, role="manager")
        await self._house.hide("narrow")
        curator = _CURATORS[label]
        await self._put(label, {"curator": "narrow"})
        await self._do(
            "POST",
            f"clients/{self._ids[label]}/phones",
            {"number": self._secrets.claimed(label, of)},
            await self._house.token("narrow"),
        )
        await self._put(label, {"curator": curator})

    async def events(self) -> None:
        for n, label in enumerate(LABELS, start=50):
            await self._call(n, label)
        await self._talks()
        await self._house.context.database.write(self._more)
        plan = await self._do("POST", "people/gone/leave", {"group": True})
        await self._do("POST", "people/gone/leave", {"group": True, "plan": plan["id"]})
        await self._do("POST", "exports", {"fields": ["name", "phones"]})
        await self._do("GET", f"clients?number={self._secrets.number('own1')[1:]}")
        await self._do("GET", f"clients?q={self._secrets.word('other1', fields.NAME)}")
        await self._do("GET", f"clients?company={self._secrets.word('own1', 'company/now')}")
        listed = await self._house.context.database.look(
            lambda connection: connection.execute(select(custom_field.c.key)).scalars().all()
        )
        self.things["custom-fields"] = [*listed, "nothing"]
        self.things["categories"] = ["trusted", "nothing"]
        self.things["people"] = ["other", "mate", ME, "gone", "nobody"]
        self.things["agents"] = ["anna", "boris", ME]
        self.things["quotas"] = ["mate", "other"]
        self.things["roles"] = ["supervisor", "seller"]
        self.things["ledger"] = ["2026-01-02"]
        self.things["departments"] = ["sales", "service", "north"]

    async def note_of_his(self, headers: Mapping[str, str]) -> None:
        """Which he may change, where he may write one."""
        path = f"/api/v1/clients/{self._ids['own1']}/notes"
        answer = await self._client.post(path, json={"text": "mine"}, headers=headers)
        if answer.status == 201:
            self.things["notes"][0] = (await answer.json())["id"]

    async def _talks(self) -> None:
        """Of the last weeks: regular talks after which nothing came, and calls in vain."""
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        number = self._secrets.number
        regular = {"own1": ME, "mate": "mate", "other1": "other", "secret": "other"}
        for n, (label, who) in enumerate(regular.items()):
            for days in (80, 70, 60):
                at = today - timedelta(days=days)
                talk = a_talk((who,), number(label), at, number=n)
                await self._house.write(talk)
                if days == 80:
                    self._keep("reconciliation", str(talk.id))
        at = today - timedelta(days=5)
        for n, label in enumerate(("deputy", "nobodys", "other2", "secret_archived")):
            rang = _CURATORS[label] or "mate"
            missed = a_talk((rang,), number(label), at, answered=False, number=n)
            await self._house.write(missed)

    async def _call(self, n: int, label: str) -> None:
        """Answered by the card's curator, and once by him whose world it is."""
        number = self._secrets.number
        call = a_call(n, customer=number(label), running=label in {"own2", "other2", "secret"})
        # He took no part in the one: whom it was with is for his card's people alone.
        who = "other" if label == "own2" else _CURATORS[label] or "mate"
        legs = [replace(leg, party=Party(kind=PartyKind.AGENT, name=who)) for leg in call.legs]
        outside = number(label, "phones/forward")
        legs.append(
            Leg(
                channel=f"out{n}",
                party=Party(kind=PartyKind.EXTERNAL, name=None, number=outside),
                started_at=call.started_at,
            )
        )
        if label == "secret":
            legs.append(replace(legs[0], channel=f"mine{n}", party=replace(legs[0].party, name=ME)))
        call = replace(
            call,
            legs=tuple(legs),
            answered_by=call.answered_by and who,
            last_agent=call.last_agent and who,
            transfers=(Transfer(at=BEGAN, kind=TransferKind.BLIND, by=who, to=outside),),
        )
        await self._house.write(call)
        self._house.context.board.publish(call)
        self._keep("calls", str(call.id))
        recording, callback = UUID(int=n << 64 | n), UUID(int=n << 80 | n)
        state = State.TALKING if call.ended_at is None else State.ENDED
        noted = Noted.on(call.id, who, self._secrets, label)
        self._keep("call-notes", str(noted.id))

        def more(connection: Connection) -> None:
            noted.write(connection, self._house.context.vault, recording)
            save(
                connection,
                Recording(
                    id=recording,
                    call_id=call.id,
                    pbx="pbx",
                    channel="1",
                    name=f"r{n}",
                    state=RecordingState.STORED,
                    path=self._sound(),
                    size_bytes=len(self._house.sound),
                    duration_seconds=25.0,
                ),
            )
            rows.add(
                connection,
                Callback(
                    id=callback,
                    pbx="pbx",
                    agent=who,
                    client_id=UUID(self._ids[label]),
                    via="201",
                    state=state,
                    reason=None if state is State.TALKING else EndReason.TALKED,
                    created_at=BEGAN,
                    changed_at=BEGAN,
                    ended_at=None if state is State.TALKING else BEGAN + timedelta(seconds=9),
                ),
            )

        await self._house.context.database.write(more)
        self._keep("recordings", str(recording))
        self._keep("callbacks", str(callback))

    def _sound(self) -> str:
        return f"2026/{self._house.recording}.flac"

    def _more(self, connection: Connection) -> None:
        vault, now, context = self._house.context.vault, datetime.now(UTC), self._house.context
        for person in ("mate", "other", ME):
            raise_alert(
                connection,
                "others",
                person=person,
                client_id=UUID(self._ids["own1"]),
                evidence={
                    "count": 48,
                    "usual": 3,
                    "from": BEGAN.isoformat(),
                    "to": BEGAN.isoformat(),
                    "clients": [self._ids["secret"], self._ids["other1"], self._ids["own2"]],
                },
                key=f"others:{person}",
                at=now,
            )
        asked = ask(
            connection,
            vault,
            context.staff.now,
            curator="other",
            successor="mate",
            reason="he is away",
            by="boss",
            at=now,
        )
        self._keep("takeovers", str(asked.id))
        again = ask(
            connection,
            vault,
            context.staff.now,
            curator="mate",
            successor="other",
            reason="she is away",
            by="boss",
            at=now,
        )
        self._keep("takeovers", str(again.id))
        tell(
            connection,
            ME,
            "task_reminder",
            {"task": self.things["tasks"][0], "client": self._ids["own1"]},
            now,
        )
        for actor in (ME, "mate", "other"):
            export = Export(
                id=uuid7(),
                actor=actor,
                at=now,
                format="csv",
                fields=("name", "phones"),
                watermark=f"E-{actor.upper():2<8}"[:10],
                filter={"company": self._secrets.word("other1", "company/now")},
                clients=1,
                finished_at=now,
            )
            begin_export(connection, vault, export)

    async def _put(self, label: str, values: Mapping[str, object]) -> None:
        await self._house.context.database.write(
            lambda connection: put_on_card(connection, UUID(self._ids[label]), values)
        )

    async def _ids_of(self, path: str) -> list[str]:
        return [one["id"] for one in (await self._do("GET", path))["items"]]

    async def _do(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """As the operator, from whom nothing is hidden, unless somebody else is named."""
        answer = await self._client.request(
            method, f"/api/v1/{path}", json=body, headers=headers or self._house.operator
        )
        text = await answer.text()
        assert answer.status < 300, (method, path, answer.status, text)
        return await answer.json() if answer.content_type == "application/json" else None

    def _keep(self, kind: str, id_: str) -> None:
        self.things.setdefault(kind, []).append(id_)
