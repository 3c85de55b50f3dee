from __future__ import annotations

from dataclasses import replace

import pytest

from config.settings import Policy
from crm.access import (
    NOBODYS,
    Access,
    Right,
    Scope,
    Target,
    allows,
    allows_person,
    may_dial,
)


def access(
    scope: Scope = Scope.OWN,
    *,
    unassigned: Scope = Scope.ALL,
    scopes: frozenset[Right] | None = None,
) -> Access:
    """What 101 may do, who works beside 102."""
    return Access(
        person="101",
        rights={Right.CALLS_MAKE: scope, Right.CLIENTS_UNASSIGNED: unassigned},
        colleagues=frozenset({"101", "102"}),
        scopes=scopes,
    )


@pytest.mark.parametrize(
    ("scope", "curator", "deputy", "allowed"),
    [
        (Scope.ALL, "103", None, True),
        (Scope.ALL, None, None, True),
        (Scope.DEPARTMENT, "102", None, True),
        (Scope.DEPARTMENT, "103", "102", True),
        (Scope.DEPARTMENT, "103", None, False),
        (Scope.OWN, "101", "102", True),
        (Scope.OWN, "102", "101", True),
        (Scope.OWN, "102", None, False),
        (Scope.OWN, None, "102", False),
        (Scope.OWN, None, None, True),
        (Scope.NONE, "101", None, False),
        (Scope.NONE, None, None, False),
    ],
)
def test_whose_clients_101_may_call(
    scope: Scope, curator: str | None, deputy: str | None, allowed: bool
) -> None:
    target = Target(curator=curator, deputy=deputy)
    assert allows(access(scope), Right.CALLS_MAKE, target) is allowed


def test_nobodys_clients_are_his_only_by_a_right() -> None:
    assert not allows(access(unassigned=Scope.NONE), Right.CALLS_MAKE, NOBODYS)
    assert allows(access(Scope.ALL, unassigned=Scope.NONE), Right.CALLS_MAKE, NOBODYS)


@pytest.mark.parametrize("scope", Scope)
def test_a_private_client_is_his_curators_alone(scope: Scope) -> None:
    for curator, deputy in (("102", None), ("102", "101"), (None, None), (None, "101")):
        target = Target(curator=curator, deputy=deputy, private=True)
        assert not allows(access(scope), Right.CALLS_MAKE, target)
    own = Target(curator="101", private=True)
    assert allows(access(scope), Right.CALLS_MAKE, own) is (scope is not Scope.NONE)
    shut = replace(access(scope), own_private=False)
    assert not allows(shut, Right.CALLS_MAKE, own)
    assert not shut.owns("101")


@pytest.mark.parametrize(
    ("scope", "reached"),
    [
        (Scope.NONE, set()),
        (Scope.OWN, {"101"}),
        (Scope.DEPARTMENT, {"101", "102"}),
        (Scope.ALL, {"101", "102", "103"}),
    ],
)
def test_what_belongs_to_people(scope: Scope, reached: set[str]) -> None:
    people = {"101", "102", "103"}
    mine = access(scope)
    assert {one for one in people if allows_person(mine, Right.CALLS_MAKE, one)} == reached


def test_a_key_narrows_and_never_widens() -> None:
    narrowed = access(Scope.ALL, scopes=frozenset({Right.CLIENTS_UNASSIGNED, Right.AUDIT_READ}))
    assert not narrowed.has(Right.CALLS_MAKE)
    assert not narrowed.has(Right.AUDIT_READ)
    assert narrowed.has(Right.CLIENTS_UNASSIGNED)
    assert not allows(narrowed, Right.CALLS_MAKE, Target(curator="101"))


@pytest.mark.parametrize(
    ("policy", "client", "stranger"),
    [("anyone", True, True), ("clients_only", True, False), ("nobody", False, False)],
)
def test_whom_one_may_dial(policy: Policy, client: bool, stranger: bool) -> None:
    assert may_dial(policy, is_client=True) is client
    assert may_dial(policy, is_client=False) is stranger
