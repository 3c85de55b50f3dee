"""Whatever is hidden from a person, his answer holds nothing of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from crm import fields
from crm.access import Access, Right, Scope
from crm.clients import Client, ClientPhone, Contact
from crm.custom_fields import CustomField
from daemon.api.client_models import ClientModel, ClientRowModel
from daemon.api.viewer import Viewer

ID = UUID("01900000-0000-7000-8000-000000000000")
"""Of everything here: one at random may hold digits of the number."""
NUMBER = "+442079460999"
EMAIL = "canary@example.org"
CUSTOM = CustomField(key="debt", label="Debt", kind="text")
CANARIES = {
    fields.PHONES: NUMBER,
    fields.EMAILS: EMAIL,
    fields.ADDRESSES: "Canary Wharf",
    fields.MESSENGERS: "@canarybird",
    fields.COMPANY: "Canary Ltd",
    CUSTOM.field: "canarydebt",
}


def viewer(hidden: frozenset[str]) -> Viewer:
    rights = dict.fromkeys(Right, Scope.ALL)
    return Viewer(access=Access(person="anna", rights=rights, hidden=hidden), actor="anna")


def client(free: str) -> Client:
    """A card with a canary in every field, and numbers where people put them."""
    return Client(
        id=ID,
        name="Ivan",
        short_code="23450",
        curator="anna",
        deputy=None,
        company=CANARIES[fields.COMPANY],
        source="manual",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        phones=(ClientPhone(id=ID, number=NUMBER),),
        contacts=(
            Contact(id=ID, kind="email", label=None, value=EMAIL),
            Contact(id=ID, kind="address", label=None, value=f"Canary Wharf {free}"),
            Contact(id=ID, kind="messenger", label=None, value=f"@canarybird {free}"),
        ),
        custom={CUSTOM.key: f"canarydebt {free}"},
    )


@given(
    st.frozensets(st.sampled_from(sorted(CANARIES))),
    st.sampled_from(("", "020 7946 0999", "+44(0)20-7946-0999", EMAIL, "٠٢٠٧٩٤٦٠٩٩٩")),
)
def test_no_canary_is_in_a_card(hidden: frozenset[str], free: str) -> None:
    who = viewer(hidden)
    card = ClientModel.card(client(free), [CUSTOM], who)
    sent = card.model_dump_json()
    row = ClientRowModel.of(client(free), who).model_dump_json()
    for field, canary in CANARIES.items():
        assert (canary in sent) == (field not in hidden), field
        assert field == fields.COMPANY or canary not in row
    if fields.COMPANY in hidden:
        assert CANARIES[fields.COMPANY] not in row
    if fields.PHONES in hidden:
        assert "7946" not in sent
        assert "٧٩٤٦" not in sent
    if fields.EMAILS in hidden:
        assert "@example" not in sent
    shown = json.loads(sent)
    assert shown["hidden"] == sorted(hidden)
    for field in (*fields.CONTACT_DETAILS, fields.COMPANY):
        assert (shown[field] is None) == (field in hidden)


@given(st.frozensets(st.sampled_from(sorted(CANARIES)), min_size=1))
def test_two_cards_that_differ_in_what_is_hidden_look_alike(hidden: frozenset[str]) -> None:
    one = client("")
    other = Client(
        **{
            **{name: getattr(one, name) for name in Client.__dataclass_fields__},
            "phones": (
                (ClientPhone(id=one.phones[0].id, number="+442079460998"),)
                if fields.PHONES in hidden
                else one.phones
            ),
            "company": None if fields.COMPANY in hidden else one.company,
            "contacts": tuple(
                entry for entry in one.contacts if fields.CONTACT_KINDS[entry.kind] not in hidden
            ),
            "custom": {} if CUSTOM.field in hidden else one.custom,
        }
    )
    who = viewer(hidden)
    assert ClientModel.card(one, [CUSTOM], who) == ClientModel.card(other, [CUSTOM], who)
