"""One phone's side of one call: what it does in it, and what it saw of it."""

from __future__ import annotations

from datetime import datetime

from lab.phones import Phone, PhoneEvent


class Leg:
    """A person on one phone in one call."""

    def __init__(self, phone: Phone, call: int) -> None:
        self.phone = phone
        self.call = call

    def __repr__(self) -> str:
        return f"<Leg {self.phone.name} {self.call}>"

    # What he does

    def wait(self, event: str, deadline: float = 30.0) -> PhoneEvent:
        """Wait for an event of this call (each is given once)."""
        return self.phone.wait_for(event, call=self.call, deadline=deadline)

    def wait_end(self, deadline: float = 30.0) -> None:
        """Wait until the call is over at this phone."""
        if self.ended_at is None:
            self.wait("hung_up", deadline)

    def hangup(self, code: int = 0) -> None:
        """Hang up, give up calling, or refuse with ``code``; waits for the end."""
        self.phone.hangup(self.call, code)
        self.wait_end()

    def leave(self) -> None:
        """Hang up where the far end does not do so first."""
        try:
            self.wait_end(1.0)
        except TimeoutError:
            self.hangup()

    def answer(self) -> None:
        self.phone.answer(self.call)
        self.wait("answered")

    def press(self, digits: str) -> None:
        self.phone.press(digits, self.call)

    def hold(self) -> None:
        self.phone.hold(self.call)
        self.wait("held")

    def unhold(self) -> None:
        self.phone.unhold(self.call)
        self.wait("unheld")

    def blind_transfer(self, target: str) -> None:
        """Send the far end away (REFER), and wait until one's own call is over."""
        self.phone.blind_transfer(target, self.call)
        self.wait_end()

    def attended_transfer(self, consultation: Leg) -> None:
        """Join the far ends of both calls (REFER with Replaces), and wait until both are over."""
        self.phone.attended_transfer(self.call, consultation.call)
        self.wait_end()
        consultation.wait_end()

    # What he saw

    @property
    def events(self) -> tuple[PhoneEvent, ...]:
        return tuple(event for event in self.phone.log if event.call == self.call)

    @property
    def label(self) -> str:
        """``101``, or the mobile's (or customer's) number."""
        return self.phone.number

    def find(self, event: str) -> PhoneEvent | None:
        """The first such event, ``None`` where there was none."""
        return next((one for one in self.events if one.event == event), None)

    def at(self, event: str) -> datetime | None:
        found = self.find(event)
        return found.at if found else None

    @property
    def started_at(self) -> datetime:
        return self.events[0].at

    @property
    def rang_at(self) -> datetime | None:
        return self.at("rang")

    @property
    def answered_at(self) -> datetime | None:
        return self.at("answered")

    @property
    def ended_at(self) -> datetime | None:
        return self.at("hung_up")

    @property
    def hung_up_itself(self) -> bool:
        end = self.find("hung_up")
        return end is not None and end.detail["by"] == "self"

    @property
    def end_code(self) -> int:
        """The last SIP status: 486 is busy."""
        end = self.find("hung_up")
        return 0 if end is None else int(end.detail["code"])

    @property
    def talked_until_transfer(self) -> float:
        """Seconds from its answer to the moment in which it sent the far end away."""
        answered, sent = self.answered_at, self.at("transferred")
        assert answered is not None
        assert sent is not None
        return (sent - answered).total_seconds()
