from __future__ import annotations

import pytest

from config.settings import Policy, Reach
from crm.access import may_call, may_dial


@pytest.mark.parametrize(
    ("reach", "curator", "deputy", "allowed"),
    [
        ("all", "102", None, True),
        ("own", "101", "102", True),
        ("own", "102", "101", True),
        ("own", "102", None, False),
        ("own", None, "102", False),
        ("own", None, None, True),
    ],
)
def test_whose_clients_101_may_call(
    reach: Reach, curator: str | None, deputy: str | None, allowed: bool
) -> None:
    assert may_call("101", reach, curator, deputy) is allowed


@pytest.mark.parametrize(
    ("policy", "client", "stranger"),
    [("anyone", True, True), ("clients_only", True, False), ("nobody", False, False)],
)
def test_whom_one_may_dial(policy: Policy, client: bool, stranger: bool) -> None:
    assert may_dial(policy, is_client=True) is client
    assert may_dial(policy, is_client=False) is stranger
