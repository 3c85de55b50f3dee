"""What a person may do: his role, his exceptions, his department, the rules of fields."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.access import SCOPED, Right, Scope, Target, allows, allows_person
from crm.authority import ChangeRefusedError, check_change
from crm.field_rules import EVERYONE, FieldRule, Subject, SubjectKind
from crm.fields import CONTACT_DETAILS, EMAILS, HIDEABLE, PHONES, custom
from crm.people import Person, is_name, sign_in_name
from crm.roles import HIDDEN, TEMPLATES, UnknownRightError, read_rights, write_rights
from crm.staff import OPERATOR, Staff

from .somebody import access, somebody


def test_an_exception_stands_before_the_role() -> None:
    staff = Staff(
        [
            somebody(
                "anna",
                exceptions={
                    Right.CLIENTS_READ: Scope.ALL,
                    Right.CALLS_MAKE: Scope.NONE,
                },
            ),
            somebody("boris"),
        ]
    )
    assert access(staff, "anna").scope(Right.CLIENTS_READ) is Scope.ALL
    assert not access(staff, "anna").has(Right.CALLS_MAKE)
    assert access(staff, "anna").scope(Right.TASKS_READ) is Scope.OWN
    assert access(staff, "boris").scope(Right.CLIENTS_READ) is Scope.OWN


def test_a_head_sees_his_department_and_those_below() -> None:
    staff = Staff(
        [
            somebody("head", "supervisor", department="sales"),
            somebody("anna", department="retail"),
            somebody("boris", department="wholesale"),
            somebody("gone", department="retail", left=True),
            somebody("clara", department="service"),
            somebody("dora"),
        ],
        departments={"sales": None, "retail": "sales", "wholesale": "sales", "service": None},
    )
    head = access(staff, "head")
    assert head.colleagues == {"head", "anna", "boris", "gone"}
    assert allows(head, Right.CLIENTS_READ, Target(curator="boris"))
    assert allows(head, Right.CLIENTS_READ, Target(curator="gone"))
    assert not allows(head, Right.CLIENTS_READ, Target(curator="clara"))
    assert allows_person(head, Right.PEOPLE_READ, "anna")
    assert access(staff, "anna").colleagues == {"anna", "gone"}
    assert access(staff, "dora").colleagues == {"dora"}


def test_who_left_or_was_never_here_has_no_access() -> None:
    staff = Staff([somebody("gone", "director", left=True)])
    assert staff.access_of("gone") is None
    assert staff.access_of("nobody") is None
    assert staff.access_of("operator") is None
    assert staff.person("gone") is not None


def test_a_role_that_is_no_longer_there_gives_nothing() -> None:
    staff = Staff([somebody("anna", "closer")])
    assert not any(access(staff, "anna").has(right) for right in Right)
    assert access(staff, "anna").hidden == set(CONTACT_DETAILS)


def test_a_template_can_have_other_rights() -> None:
    staff = Staff([somebody("anna")], roles={**TEMPLATES, "manager": {Right.TASKS_READ: Scope.ALL}})
    assert access(staff, "anna").rights == {Right.TASKS_READ: Scope.ALL}


def test_the_narrower_rule_of_fields_holds() -> None:
    staff = Staff(
        [somebody("anna"), somebody("boris"), somebody("clara", "supervisor")],
        field_rules=[
            FieldRule(EVERYONE, EMAILS, hidden=True),
            FieldRule(Subject(SubjectKind.ROLE, "manager"), EMAILS, hidden=False),
            FieldRule(Subject(SubjectKind.ROLE, "manager"), PHONES, hidden=False),
            FieldRule(Subject(SubjectKind.PERSON, "anna"), PHONES, hidden=True),
        ],
    )
    assert access(staff, "anna").hidden == {PHONES}
    assert access(staff, "boris").hidden == frozenset()
    assert access(staff, "clara").hidden == {EMAILS}


def test_a_fresh_installation_hides_by_template() -> None:
    staff = Staff([somebody(role, role) for role in TEMPLATES])
    for role in TEMPLATES:
        assert access(staff, role).hidden == set(HIDDEN.get(role, ()))


def test_the_operator_may_everything_and_is_nobody() -> None:
    assert all(OPERATOR.scope(right) is Scope.ALL for right in Right)
    assert OPERATOR.hidden == frozenset()
    assert not allows(OPERATOR, Right.CLIENTS_READ, Target(curator="anna", private=True))


NAMES = st.sampled_from(["anna", "boris", "clara", "dora"])
ROLES = st.sampled_from(["director", "manager", "trainee", "supervisor", "closer"])
DEPARTMENTS = st.sampled_from(["a", "b", "c", "d"])
FIELDS = st.sampled_from([*HIDEABLE, custom("passport")])
SUBJECTS = st.one_of(
    st.just(EVERYONE),
    ROLES.map(lambda role: Subject(SubjectKind.ROLE, role)),
    NAMES.map(lambda name: Subject(SubjectKind.PERSON, name)),
)


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str | None]:
    """Each department under one that was made before it, so that there is no circle."""
    made: dict[str, str | None] = {}
    for name in draw(st.permutations(["a", "b", "c", "d"])):
        made[name] = draw(st.sampled_from([None, *made]))
    return made


@st.composite
def rights(draw: st.DrawFn) -> dict[Right, Scope]:
    chosen = draw(st.lists(st.sampled_from(list(Right)), unique=True, max_size=6))
    return {
        right: draw(st.sampled_from(list(Scope) if right in SCOPED else [Scope.NONE, Scope.ALL]))
        for right in chosen
    }


@st.composite
def staffs(draw: st.DrawFn) -> Staff:
    people = [
        somebody(
            name,
            draw(ROLES),
            department=draw(st.none() | DEPARTMENTS),
            exceptions=draw(rights()),
            password=draw(st.booleans()),
            left=draw(st.booleans()),
        )
        for name in draw(st.lists(NAMES, unique=True, min_size=1))
    ]
    rules = draw(st.dictionaries(st.tuples(SUBJECTS, FIELDS), st.booleans(), max_size=12))
    return Staff(
        people,
        roles={**TEMPLATES, **draw(st.dictionaries(st.just("closer"), rights()))},
        departments=draw(trees()),
        field_rules=[FieldRule(of, field, hidden) for (of, field), hidden in rules.items()],
    )


def _above(departments: Mapping[str, str | None], name: str | None) -> list[str]:
    """The way up from a department, itself first."""
    way = []
    while name is not None:
        way.append(name)
        name = departments[name]
    return way


def _is_hidden(staff: Staff, person: Person, field: str) -> bool:
    """Rule by rule, as a person would look it up."""
    for subject in (
        Subject(SubjectKind.PERSON, person.name),
        Subject(SubjectKind.ROLE, person.role),
        EVERYONE,
    ):
        for rule in staff.field_rules:
            if rule.subject == subject and rule.field == field:
                return rule.hidden
    if person.role in TEMPLATES:
        return field in HIDDEN.get(person.role, ())
    return field in CONTACT_DETAILS


@given(staffs())
def test_access_is_what_looking_everything_up_one_by_one_gives(staff: Staff) -> None:
    for person in staff.people:
        found = staff.access_of(person.name)
        assert (found is None) is not person.is_active
        if found is None:
            continue
        for right in Right:
            of_role = staff.roles.get(person.role, {}).get(right, Scope.NONE)
            assert found.scope(right) is person.exceptions.get(right, of_role)
        for other in staff.people:
            beneath = person.department is not None and person.department in _above(
                staff.departments, other.department
            )
            assert (other.name in found.colleagues) is (beneath or other.name == person.name)
        for field in (*HIDEABLE, custom("passport")):
            assert found.sees(field) is not _is_hidden(staff, person, field)


@given(staffs(), staffs())
def test_nobody_gains_what_the_giver_lacks(before: Staff, after: Staff) -> None:
    """Whatever is changed: a change that passes leaves nobody new above the giver."""
    for giver in before.people:
        holds = before.held_by(giver.name)
        assert holds is not None
        try:
            check_change(before, after, holds)
        except ChangeRefusedError:
            continue
        for person in after.people:
            was, is_ = before.held_by(person.name), after.held_by(person.name)
            assert is_ is not None
            for right in Right:
                gained = was is None or is_.scope(right) > was.scope(right)
                assert not gained or is_.scope(right) <= holds.scope(right)
            seen = set() if was is None else was.hidden - is_.hidden
            assert seen.isdisjoint(holds.hidden)


def test_rights_are_read_as_they_are_written() -> None:
    for given_rights in TEMPLATES.values():
        assert read_rights(write_rights(given_rights)) == given_rights
    with pytest.raises(UnknownRightError) as unknown:
        read_rights({"clients.steal": "all"})
    assert (unknown.value.value, unknown.value.allowed) == ("clients.steal", tuple(Right))
    with pytest.raises(UnknownRightError) as unknown:
        read_rights({"people.change": "own"})
    assert (unknown.value.value, unknown.value.allowed) == ("own", ("none", "all"))


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("anna", True),
        ("Анна Петрова", True),
        ("101", True),
        ("agent 123456", True),
        ("agent 1234567", False),
        ("+44 7700 900101", False),
        ("٠٧٧٠٠٩٠٠", False),
        ("", False),
        (" anna", False),
        ("an\nna", False),
        ("a/b", False),
        ("a" * 81, False),
    ],
)
def test_what_a_person_can_be_called(text: str, good: bool) -> None:
    assert is_name(text) is good


def test_names_that_differ_by_writing_alone_are_one_at_sign_in() -> None:
    assert sign_in_name("Анна  ПЕТРОВА") == sign_in_name("анна петрова")
    assert sign_in_name("ANNA") == "anna"
