"""``callward reconcile`` and ``callward control``, against the daemon itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crm.phones import find_phones
from tests.unit.daemon.api.conftest import put_on_card
from tests.unit.daemon.api.talking import a_talk

from .conftest import Office
from .test_work_commands import Command, command, shown

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["command"]

JANE, JOHN, JILL = "+442079460201", "+442079460202", "+442079460203"


async def furnish(office: Office) -> None:
    """A talk after which nothing came, a client who waits, and one who went quiet."""
    now = datetime.now(UTC)
    calls = [
        a_talk(("anna",), JANE, now - timedelta(hours=3), seconds=161),
        a_talk(("anna",), JOHN, now - timedelta(hours=2), answered=False),
        *(a_talk(("boris",), JILL, now - timedelta(days=days)) for days in (80, 70, 60)),
    ]
    for call in calls:
        await office.writer.write([call])

    def put(connection: Connection) -> None:
        for number in (JANE, JOHN, JILL):
            index = office.context.vault.blind_index(number)
            card = find_phones(connection, [index])[index].client_id
            assert card is not None
            put_on_card(connection, card, {"curator": "anna", "name": f"Client {number[-1]}"})

    await office.write(put)


async def test_reconciling_from_the_terminal(office: Office, command: Command) -> None:
    await furnish(office)
    [talk] = shown(await command("reconcile", "list", "--json"))
    assert (talk["managers"], talk["state"]) == (["anna"], "open")
    listed = await command("reconcile", "list", "--agent", "anna", language="ru")
    assert "2:41" in listed.stdout
    assert "без записи" in listed.stdout
    asked = await command("reconcile", "ask", talk["call_id"], "--text", "what of it?")
    assert (asked.exit_code, asked.stdout) == (0, "anna is asked.\n")
    ended = await command("reconcile", "settle", talk["call_id"], "a wrong number")
    assert ended.exit_code == 0, ended.output
    assert shown(await command("reconcile", "list", "--json")) == []
    [settled] = shown(await command("reconcile", "list", "--state", "settled", "--json"))
    assert (settled["text"], settled["reason"]) == ("what of it?", "a wrong number")
    again = await command("reconcile", "settle", talk["call_id"], "again")
    assert again.exit_code == 1
    assert "settled already" in again.output
    assert (await command("reconcile", "list", "--since", "someday")).exit_code == 2


async def test_who_waits_and_who_went_quiet(office: Office, command: Command) -> None:
    await furnish(office)
    [waiting] = shown(await command("control", "missed", "--json"))
    assert (waiting["client_name"], waiting["tries"]) == ("Client 2", 1)
    assert "Client 2" in (await command("control", "missed", "--curator", "anna")).stdout
    assert shown(await command("control", "missed", "--curator", "boris", "--json")) == []
    [share] = shown(await command("control", "quiet", "--json"))
    assert (share["person"], share["regular"], share["quiet"]) == ("boris", 1, 1)
    assert "100%" in (await command("control", "quiet")).stdout
    [client] = shown(await command("control", "quiet", "boris", "--json"))
    assert (client["client_name"], client["talks"]) == ("Client 3", 3)
    assert "Client 3" in (await command("control", "quiet", "boris", language="ru")).stdout
