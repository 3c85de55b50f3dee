"""Whose phone is whose, as the settings say and as the agents chose since."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from config.settings import Settings
from crm.agent_choices import AgentChoice
from daemon.routing.people import AgentPhone, People, PhoneChoiceError

AT = datetime(2026, 1, 1, tzinfo=UTC)
ANN = {
    "name": "Ann",
    "endpoints": ["PJSIP/101", "soft101"],
    "mobiles": ["+447700900101", "+447700900102"],
    "ring": ["PJSIP/101", "mobile2"],
    "ring_order": "in_turn",
    "hours": {"monday": ["10:00-11:00"]},
    "dials": "nobody",
}


def people(*agents: dict[str, Any], **sections: Any) -> People:
    document = {
        "company": {"numbers": ["+442079460000"]},
        "pbx": [{"trunks": ["operator"]}, {"name": "second", "trunks": ["gsm-*"]}],
        "agents": list(agents),
        **sections,
    }
    return People.from_settings(Settings.model_validate(document))


def test_an_agent_with_all_his_exceptions() -> None:
    ann = people(ANN).find("Ann")
    assert ann is not None
    assert ann.extension == "101"
    assert ann.phones == (
        AgentPhone("101", endpoint="PJSIP/101"),
        AgentPhone("soft101", endpoint="PJSIP/soft101"),
        AgentPhone("mobile", number="+447700900101"),
        AgentPhone("mobile2", number="+447700900102"),
    )
    assert ann.ring == ("101", "mobile2")
    assert [phone.key for phone in ann.ringing] == ["101", "mobile2"]
    assert ann.ring_order == "in_turn"
    assert ann.hours is not None
    assert ann.hours.on(0) == ((600, 660),)
    assert ann.dials == "nobody"
    assert "7700" not in repr(ann)


def test_a_name_that_no_endpoint_can_have_is_no_phone() -> None:
    who = people({"name": "Ann Lee", "mobiles": ["+447700900101"]}, {"name": "Bob Ray"})
    ann, bob = who.settled
    assert [phone.key for phone in ann.ringing] == ["mobile"]
    assert (ann.extension, bob.extension) == (None, None)
    assert bob.phones == bob.ringing == ()


def test_what_an_agent_does_not_say_is_the_company_s() -> None:
    sections = {
        "routing": {"hours": {"monday": ["09:00-18:00"]}},
        "outbound": {"policy": "clients_only"},
    }
    who = people({"name": "102"}, **sections)
    for agent in (who.find("102"), who.find("103")):
        assert agent is not None
        assert agent.ring == (agent.name,)
        assert agent.extension == agent.name
        assert agent.ring_order == "together"
        assert agent.hours is not None
        assert agent.hours.on(0) == ((540, 1080),)
        assert agent.dials == "clients_only"
    assert people({"name": "102"}).find("102").hours is None  # type: ignore[union-attr]


def test_who_is_found_by_what() -> None:
    who = people(ANN, {"name": "102", "extension": "202"})

    def names(*agents: Any) -> list[str | None]:
        return [agent and agent.name for agent in agents]

    assert names(who.by_extension("101"), who.by_extension("202")) == ["Ann", "102"]
    assert names(who.by_extension("102"), who.by_extension("soft101")) == [None, None]
    assert names(who.by_number("+447700900102"), who.by_number("+442079460101")) == ["Ann", None]
    assert names(who.find("PJSIP/101"), who.find("soft101"), who.find("ann")) == [
        "Ann", "Ann", "ann",
    ]  # fmt: skip
    assert names(who.find(""), who.find("Bob Lee"), who.find("101&102")) == [None, None, None]


def test_whose_channel_it_is() -> None:
    who = people(ANN)

    def name(channel: str, pbx: str | None = None) -> str | None:
        agent = who.by_channel(channel, pbx)
        return None if agent is None else agent.name

    assert name("PJSIP/soft101-0000000a") == "Ann"
    assert name("PJSIP/105-0000000a") == "105"
    assert name("PJSIP/operator-0000000a") is None
    assert name("PJSIP/gsm-1-0000000a", "second") is None
    assert name("PJSIP/operator-0000000a", "second") == "operator"
    assert name("Local/abc@callward-client-0000000a;2") is None
    assert name("ConfBridgeRecorder/1-0000000a") is None
    assert name("") is None
    found = who.by_channel("SIP/105-0000000a")
    assert found is not None
    assert found.phones == (AgentPhone("SIP/105", endpoint="SIP/105"),)
    assert found.name == "105"


def test_the_group() -> None:
    def names(who: People) -> list[str]:
        return [agent.name for agent in who.group]

    assert names(people()) == []
    assert names(people(ANN, {"name": "102"})) == ["Ann", "102"]
    who = people(ANN, {"name": "102"}, routing={"group": ["105", "Ann"], "fallback": ["106"]})
    assert names(who) == ["105", "Ann"]
    assert [agent.name for agent in who.settled] == ["Ann", "102"]
    assert [
        agent.name for digits in ("105", "106") if (agent := who.by_extension(digits)) is not None
    ] == ["105", "106"]


def test_a_choice_stands_above_the_settings_until_it_is_forgotten() -> None:
    who = people(ANN)
    chosen = who.choose("Ann", ["mobile", "PJSIP/101", "101"], "together")
    assert (chosen.ring, chosen.ring_order) == (("mobile", "101"), "together")
    assert who.find("Ann") == who.group[0] == who.settled[0] == chosen
    assert who.by_number("+447700900101") == chosen
    who.forget_choice("Ann")
    assert who.group[0].ring == ("101", "mobile2")
    assert who.choose("105", ["105"], "in_turn").ring_order == "in_turn"


@pytest.mark.parametrize(("ring", "wrong"), [([], ""), (["101", "mobile3"], "mobile3")])
def test_a_choice_of_what_is_not_his_is_refused(ring: list[str], wrong: str) -> None:
    who = people(ANN)
    with pytest.raises(PhoneChoiceError) as caught:
        who.choose("Ann", ring, "together")
    assert caught.value.key == wrong
    assert caught.value.known == ("101", "soft101", "mobile", "mobile2")
    assert who.group[0].ring == ("101", "mobile2")
    with pytest.raises(LookupError):
        who.choose("Bob Lee", ["101"], "together")


def test_choices_are_restored_as_far_as_the_phones_are_still_there() -> None:
    def choice(agent: str, *ring: str) -> AgentChoice:
        return AgentChoice(agent=agent, ring=ring, ring_order="together", changed_at=AT)

    who = people(ANN, {"name": "102"})
    who.restore([choice("Ann", "mobile3", "mobile"), choice("102", "gone"), choice("Bob Lee", "1")])
    assert [agent.ring for agent in who.group] == [("mobile",), ("102",)]


def test_none_of_the_phones_of_who_left_rings() -> None:
    who = people({"name": "Ann Lee", "endpoints": ["101"]}, {"name": "102"})
    who.choose("102", ["102"], "in_turn")
    who.has_left = lambda name: name in {"Ann Lee", "102"}
    assert [agent.ringing for agent in who.settled] == [(), ()]
    ann = who.find("Ann Lee")
    assert ann is not None
    assert (ann.ringing, [phone.key for phone in ann.phones]) == ((), ["101"])
