"""What a PBX tells of callbacks, and what is done about channels that nobody waits for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from daemon.ami.message import Message
from daemon.callbacks.callback import Callback, EndReason, State
from daemon.callbacks.progress import Progress
from daemon.calls import events as e
from tests.unit.daemon.callbacks.conftest import House

NOW = datetime.now(UTC)
NOBODYS = UUID("01941f29-7c00-7aaa-9bbb-0123456789ab")


class Pbx:
    """Says what Asterisk says, a moment after what it said before."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.at = datetime.now(UTC)

    def tell(self, *events: e.TelephonyEvent) -> None:
        for event in events:
            self.house.watch.step(event)

    def tick(self) -> datetime:
        self.at += timedelta(milliseconds=50)
        return self.at

    def agent(self, callback: Callback) -> e.ChannelSnapshot:
        return e.ChannelSnapshot(
            uniqueid=callback.channel,
            linkedid=callback.channel,
            name="PJSIP/101-00000001",
            state=e.ChannelState.RINGING,
        )

    def client(self, callback: Callback) -> e.ChannelSnapshot:
        return e.ChannelSnapshot(
            uniqueid="1767344400.2",
            linkedid=callback.channel,
            name="PJSIP/operator-00000002",
            state=e.ChannelState.RINGING,
        )

    def created(self, channel: e.ChannelSnapshot) -> None:
        self.tell(e.ChannelCreated(at=self.tick(), channel=channel))

    def listed(self, *channels: e.ChannelSnapshot) -> None:
        """A snapshot."""
        for channel in channels:
            self.tell(e.ChannelListed(at=self.tick(), channel=channel))
        self.tell(e.SnapshotEnded(at=self.tick()))

    def lost(self) -> None:
        self.tell(e.LinkLost(at=self.tick()))

    def booted(self, uptime: int, started: str) -> None:
        """It is up, and names the time of the day when that began."""
        told = {"Response": "Success", "CoreStartupDate": "2026-01-02", "CoreStartupTime": started}
        headers = {"Event": "FullyBooted", "Uptime": str(uptime)}
        self.house.watch.on_messages([Message(headers), Message(told)])


async def now(house: House, callback: Callback) -> Callback:
    found = await house.callbacks.find(callback.id)
    assert found is not None
    return found


async def test_the_first_leg_could_not_be_made(house: House) -> None:
    callback, _ = await house.press()
    (order,) = house.link.named("Originate")
    answer = e.OriginateEnded(
        at=NOW, uniqueid="", address="PJSIP/101", answered=False, exten="abcdefgh"
    )
    house.watch.step(answer)
    assert (await now(house, callback)).is_live
    house.watch.step(
        e.OriginateEnded(
            at=NOW, uniqueid="", address="PJSIP/101", answered=False, exten=order["Exten"]
        )
    )
    assert (await now(house, callback)).reason is EndReason.AGENT_UNREACHABLE


async def test_nothing_came_of_an_order_over_the_last_connection(house: House) -> None:
    callback, _ = await house.press()
    pbx = Pbx(house)
    pbx.listed()
    assert (await now(house, callback)).is_live
    pbx.lost()
    pbx.listed()
    assert (await now(house, callback)).reason is EndReason.LINK_LOST


async def test_the_pbx_was_started_anew(house: House) -> None:
    pbx = Pbx(house)
    pbx.booted(1, "09:00:00")
    callback, _ = await house.press()
    pbx.created(pbx.agent(callback))
    pbx.lost()
    # As quick as can be.
    pbx.booted(0, "09:00:01")
    pbx.listed()
    assert (await now(house, callback)).reason is EndReason.PBX_RESTARTED


async def test_only_the_link_was_lost(house: House) -> None:
    pbx = Pbx(house)
    pbx.booted(1000, "09:00:00")
    callback, _ = await house.press()
    pbx.created(pbx.agent(callback))
    pbx.lost()
    # Its clock was set by much meanwhile.
    pbx.booted(0, "09:00:00")
    pbx.listed()
    assert (await now(house, callback)).reason is EndReason.LINK_LOST


async def test_it_goes_on_after_the_link_was_lost(house: House) -> None:
    callback, _ = await house.press()
    pbx = Pbx(house)
    pbx.created(pbx.agent(callback))
    pbx.lost()
    pbx.listed(pbx.agent(callback))
    assert (await now(house, callback)).is_live
    assert house.hung_up == []


async def test_a_channel_of_one_that_has_ended(house: House) -> None:
    callback, _ = await house.press()
    live = house.ledger.live(callback.id)
    assert live is not None
    house.ledger.end(live, EndReason.LINK_LOST)
    pbx = Pbx(house)
    pbx.created(pbx.agent(callback))
    assert house.hung_up == [callback.channel]


async def test_a_channel_of_one_that_was_cancelled(house: House) -> None:
    callback, _ = await house.press()
    await house.callbacks.cancel(callback.id)
    pbx = Pbx(house)
    pbx.created(pbx.agent(callback))
    assert house.hung_up == [callback.channel]
    pbx.tell(e.ChannelHungUp(at=pbx.tick(), channel=pbx.agent(callback), cause=16))
    assert (await now(house, callback)).reason is EndReason.CANCELLED


async def test_somebody_elses_channel_of_such_a_name(house: House) -> None:
    """Two Callwards on one PBX."""
    pbx = Pbx(house)
    stranger = Callback(
        id=NOBODYS,
        pbx="pbx",
        agent="x",
        client_id=NOBODYS,
        via="101",
        state=State.ENDED,
        created_at=NOW,
        changed_at=NOW,
    )
    pbx.created(pbx.agent(stranger))
    pbx.listed(pbx.agent(stranger))
    assert house.hung_up == []


async def test_after_a_restart_a_phone_that_rings_is_hung_up(house: House) -> None:
    callback, _ = await house.press()
    later = house.restarted()
    await later.callbacks.take_up()
    pbx = Pbx(later)
    pbx.listed(pbx.agent(callback))
    assert later.hung_up == [callback.channel]
    pbx.tell(e.ChannelHungUp(at=pbx.tick(), channel=pbx.agent(callback), cause=16))
    assert (await now(later, callback)).reason is EndReason.DAEMON_RESTARTED
    assert later.link.sent == []


async def test_after_a_restart_a_client_is_not_cut_off(house: House) -> None:
    callback, _ = await house.press()
    later = house.restarted()
    await later.callbacks.take_up()
    pbx = Pbx(later)
    pbx.listed(pbx.agent(callback), pbx.client(callback))
    assert later.hung_up == []
    assert (await now(later, callback)).state is State.RINGING_CLIENT


async def test_after_a_restart_nothing_is_left_of_it(house: House) -> None:
    callback, _ = await house.press()
    later = house.restarted()
    await later.callbacks.take_up()
    Pbx(later).listed()
    assert (await now(later, callback)).reason is EndReason.DAEMON_RESTARTED
    await later.ledger.store_changes()
    assert (await now(house.restarted(), callback)).reason is EndReason.DAEMON_RESTARTED


async def test_one_that_ended_before_the_restart_is_hung_up(house: House) -> None:
    """The link broke, it ended with that; then Callward too was started anew."""
    callback, _ = await house.press()
    live = house.ledger.live(callback.id)
    assert live is not None
    house.ledger.end(live, EndReason.LINK_LOST)
    await house.ledger.store_changes()
    later = house.restarted()
    await later.callbacks.take_up()
    pbx = Pbx(later)
    pbx.listed(pbx.agent(callback))
    assert later.hung_up == [callback.channel]


async def test_a_mistake_of_ours_takes_no_call_from_the_capture(house: House) -> None:
    callback, _ = await house.press()
    house.ledger.see = None  # type: ignore[method-assign, assignment]
    pbx = Pbx(house)
    event = e.ChannelCreated(at=pbx.tick(), channel=pbx.agent(callback))
    assert house.watch.step(event)


async def test_it_never_goes_back(house: House) -> None:
    callback, _ = await house.press()
    pbx = Pbx(house)
    pbx.created(pbx.agent(callback))
    pbx.created(pbx.client(callback))
    assert (await now(house, callback)).state is State.RINGING_CLIENT
    live = house.ledger.live(callback.id)
    assert live is not None
    house.ledger.see(live, None)
    assert (await now(house, callback)).state is State.RINGING_CLIENT
    assert [one.state for one in house.told] == [State.RINGING_AGENT, State.RINGING_CLIENT]


async def test_nobody_tells_how_it_is(house: House) -> None:
    """The time is over in which it must have come to a talk or an end."""
    callback, _ = await house.press()
    house.callbacks._overdue(callback.id)
    assert (await now(house, callback)).reason is EndReason.LINK_LOST
    assert len(house.tokens) == 0


async def test_who_talked_has_talked_though_nobody_saw_the_end(house: House) -> None:
    callback, _ = await house.press()
    live = house.ledger.live(callback.id)
    assert live is not None
    house.ledger._advance(live, Progress(State.TALKING))
    pbx = Pbx(house)
    pbx.lost()
    pbx.listed()
    assert (await now(house, callback)).reason is EndReason.TALKED
