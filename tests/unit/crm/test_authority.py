"""Who may change whose rights, and that somebody who decides is always left."""

from __future__ import annotations

import pytest

from crm.access import Access, Right, Scope
from crm.authority import ChangeRefusedError, check_change, check_lock_out, check_role
from crm.field_rules import FieldRule, Subject, SubjectKind
from crm.fields import PHONES
from crm.people import Person, would_lock_out
from crm.roles import TEMPLATES
from crm.staff import OPERATOR, Staff

from .somebody import access, somebody


def test_who_holds_more_is_not_changed_by_who_holds_less() -> None:
    personnel = {Right.PEOPLE_READ: Scope.ALL, Right.PEOPLE_CHANGE: Scope.ALL}
    roles = {**TEMPLATES, "personnel": {**TEMPLATES["manager"], **personnel}}
    before = Staff(
        [
            somebody("root", "administrator"),
            somebody("petra", "personnel"),
            somebody("anna"),
            somebody("boss", "director"),
        ],
        roles=roles,
        field_rules=[FieldRule(Subject(SubjectKind.ROLE, "personnel"), PHONES, hidden=True)],
    )
    petra = access(before, "petra")

    def after(**changed: Person) -> Staff:
        people = [changed.get(person.name, person) for person in before.people]
        return Staff(people, roles=roles, field_rules=before.field_rules)

    # Emails are hidden from a role of the company's own, and managers see them.
    with pytest.raises(ChangeRefusedError) as refused:
        check_change(before, before, petra, "anna")
    assert (refused.value.code, refused.value.about["more"]) == (
        "outranked",
        "addresses, emails, messengers",
    )
    with pytest.raises(ChangeRefusedError, match="outranked"):
        check_change(before, after(boss=somebody("boss", "trainee")), petra)
    with pytest.raises(ChangeRefusedError, match="beyond_yours"):
        check_change(before, after(petra=somebody("petra", "administrator")), petra)
    check_change(before, before, petra, "petra")
    check_change(before, after(boss=somebody("boss", "trainee")), access(before, "root"))
    with pytest.raises(ChangeRefusedError, match="beyond_yours"):
        check_role(None, {Right.CLIENTS_EXPORT: Scope.ALL}, "closer", petra)


def test_nobody_brings_others_into_his_own_department() -> None:
    tree = {"sales": None, "service": None}
    head = somebody(
        "head",
        "supervisor",
        department="sales",
        exceptions={Right.PEOPLE_CHANGE: Scope.ALL, Right.PEOPLE_READ: Scope.ALL},
    )
    people = [head, somebody("anna", department="service")]
    before = Staff(people, departments=tree)
    moved = Staff([head, somebody("anna", department="sales")], departments=tree)
    under = Staff(people, departments={**tree, "service": "sales"})
    for after in (moved, under):
        with pytest.raises(ChangeRefusedError, match="beyond_yours") as refused:
            check_change(before, after, access(before, "head"))
        assert "clients.read" in refused.value.about["more"]
        check_change(before, after, OPERATOR)
    newcomer = Staff([*people, somebody("new", "trainee", department="sales")], departments=tree)
    check_change(before, newcomer, access(before, "head"))
    check_change(moved, before, access(moved, "head"))


def test_the_head_of_another_department_holds_what_a_head_does_not() -> None:
    tree = {"sales": None, "service": None}
    deciding = {Right.PEOPLE_CHANGE: Scope.ALL, Right.PEOPLE_READ: Scope.ALL}
    staff = Staff(
        [
            somebody("head", "supervisor", department="sales", exceptions=deciding),
            somebody("anna", department="sales"),
            somebody("other", "supervisor", department="service"),
            somebody("boris", department="service"),
        ],
        departments=tree,
    )
    check_change(staff, staff, access(staff, "head"), "anna")
    with pytest.raises(ChangeRefusedError, match="outranked"):
        check_change(staff, staff, access(staff, "head"), "other")


def test_a_key_narrowed_to_people_gives_no_rights_of_clients() -> None:
    staff = Staff([somebody("root", "administrator"), somebody("anna", "trainee")])
    root = staff.access_of("root")
    assert root is not None
    narrowed = Access(person="root", rights=root.rights, scopes=frozenset({Right.PEOPLE_CHANGE}))
    raised = Staff([somebody("root", "administrator"), somebody("anna", "manager")])
    check_change(staff, raised, root)
    with pytest.raises(ChangeRefusedError):
        check_change(staff, raised, narrowed)


def test_the_last_administrator_stays() -> None:
    both = Staff([somebody("root", "administrator"), somebody("anna")])
    none = Staff([somebody("root", "manager"), somebody("anna")])
    assert not would_lock_out(both)
    assert would_lock_out(none)
    with pytest.raises(ChangeRefusedError, match="would_lock_out"):
        check_lock_out(both, none)
    # His way in was shut before: this change does not shut it.
    check_lock_out(both, none, lambda person: person.name != "root")
    # Nobody could before either: that is no reason to refuse.
    check_lock_out(none, Staff([somebody("root"), somebody("anna", "trainee")]))


@pytest.mark.parametrize(
    "only",
    [
        somebody("root", "administrator", left=True),
        somebody("root", "administrator", password=False),
        somebody("root", "administrator", exceptions={Right.POLICY_CHANGE: Scope.NONE}),
    ],
)
def test_who_cannot_come_in_or_decide_is_no_administrator(only: Person) -> None:
    assert would_lock_out(Staff([only, somebody("anna")]))


def test_an_administrator_whom_no_place_lets_in_does_not_count() -> None:
    staff = Staff([somebody("root", "administrator")])
    assert would_lock_out(staff, lambda person: person.name != "root")
