"""A day of the ledger in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import typer

from config.problems import Language
from daemon.cli.columns import Record, instant, table_of
from daemon.cli.tables import console
from daemon.messages import say


def print_ledger(found: Mapping[str, Any], language: Language, *, mended: bool) -> None:
    """What was compared, how many of each, and what differs."""
    account = found["account"]
    for line in _lines(account, language, mended=mended):
        typer.echo(line)
    differences = found["differences"]
    if not differences:
        return
    table = table_of(
        "ledger.column",
        {
            "what": lambda one: one["text"],
            "call": lambda one: one["call_id"] or one["linkedid"] or one["recording_id"] or "",
            "at": lambda one: instant(one["at"]),
            "why": lambda one: one["why"],
            "mends": lambda one: one["left"] or one["mends"],
        },
        differences,
        language,
    )
    console().print(table)
    more = sum(kind["count"] for kind in account["counts"]) - len(differences)
    if more > 0:
        typer.echo(say(language, "ledger.more", count=more))


def _lines(account: Record, language: Language, *, mended: bool) -> Iterable[str]:
    state = say(language, f"ledger.state.{account['state']}")
    day, unmatched = account["day"], account["unmatched"]
    yield say(language, "ledger.said", day=day, state=state, unmatched=unmatched)
    for pbx in account["pbxs"]:
        yield from _of_pbx(pbx, language)
    yield say(
        language,
        "ledger.recordings",
        recordings=account["recordings"],
        stored=account["recordings_stored"],
        empty=account["recordings_empty"],
        waiting=account["recordings_waiting"],
        expired=account["recordings_expired"],
    )
    yield say(
        language,
        "ledger.clients",
        customers=account["customers"],
        with_card=account["with_card"],
        nameless=account["nameless"],
    )
    if account["crm"] is None:
        yield say(language, "ledger.no_crm")
    else:
        yield say(language, "ledger.crm", crm=account["crm"], in_crm=account["in_crm"])
    if mended:
        done = ", ".join(f"{kind['text']} {kind['count']}" for kind in account["mended"])
        yield say(language, "ledger.mended", mended=done or "0")


def _of_pbx(pbx: Record, language: Language) -> Iterable[str]:
    if pbx["text"] is not None:
        yield pbx["text"]
    else:
        about = {key: pbx[key] for key in ("pbx", "logged", "stored", "matched")}
        yield say(language, "ledger.pbx", **about)
    for key in ("running", "earlier"):
        if pbx[key]:
            yield "  " + say(language, f"ledger.{key}", **{key: pbx[key]})
