"""How a section of the settings is decided in the console, and goes back to the file's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, ClassVar, Final

from pydantic import BaseModel
from sqlalchemy import Connection

from config.decided import DECIDABLE, decide_what_may_be, key_of, written
from config.phones import endpoint_extension
from config.problems import Problem, SettingsError
from config.settings import Settings
from crm.audit import Action
from crm.decisions import (
    Decisions,
    load_decisions,
    save_section,
    values_of,
    with_values,
    without,
)
from crm.names import holds_number
from daemon.api.context import ApiContext
from daemon.api.decided_models import DecisionModel
from daemon.api.parameters import Resource, shown
from daemon.api.problems import ProblemError, language_of
from daemon.api.responses import json_response

_HIDDEN: Final = "…"
"""Instead of a name that is a number."""


def may_be_in_group(context: ApiContext) -> tuple[str, ...]:
    """Everybody of the settings, and who was added since and has an extension for a name."""
    added = (
        person.name
        for person in context.staff.now.people
        if person.is_active and endpoint_extension(person.name) is not None
    )
    known = (agent.name for agent in context.people.listed)
    return tuple(dict.fromkeys((*context.settings.routing.group, *known, *added)))


def decided_with(
    context: ApiContext, decisions: Decisions, section: str, changes: BaseModel
) -> Settings:
    """The settings as they are with these decisions, of which ``changes`` are new.

    Raises ``SettingsError`` where a new one may not be.
    """
    keys = changes.model_fields_set
    made, refused = decide_what_may_be(context.settings, values_of(decisions))
    wrong = [one for one in refused if one.where.startswith(f"{section}.") and key_of(one) in keys]
    allowed = may_be_in_group(context)
    wrong += [
        Problem(
            where=f"{section}.group[{n}]", code="no_agent", about={"agents": ", ".join(allowed)}
        )
        for n, name in enumerate(getattr(changes, "group", ()))
        if name not in allowed
    ]
    if wrong:
        raise SettingsError(wrong)
    return made


class SectionResource(Resource):
    """One section."""

    section: ClassVar[str]
    model: ClassVar[type[BaseModel]]

    def answer(self) -> Any:
        """As it is now."""
        decided = self.context.decided
        refused = {
            key_of(one): one.reason(language_of(self.request))
            for one in decided.refused
            if one.where.startswith(f"{self.section}.")
        }
        more: dict[str, Any] = {}
        if self.section == "routing":
            more["people"] = [one for one in may_be_in_group(self.context) if not holds_number(one)]
        return json_response(
            self.model(
                now=self.values(decided.now),
                file=self.values(decided.file),
                decided=[
                    DecisionModel(
                        key=key, by=self.viewer.name(one.by), at=one.at, refused=refused.get(key)
                    )
                    for key, one in decided.decisions.get(self.section, {}).items()
                ],
                **more,
            )
        )

    def values(self, settings: Settings) -> dict[str, Any]:
        """The section's, as JSON, with no name that is a number."""
        section = getattr(settings, self.section)
        values = {key: written(getattr(section, key)) for key in DECIDABLE[self.section]}
        if "group" in values:
            values["group"] = [_HIDDEN if holds_number(one) else one for one in values["group"]]
        return values

    async def decide(self, changes: BaseModel) -> Any:
        """Let these hold over the file's."""
        wanted = changes.model_dump(mode="json", include=changes.model_fields_set)
        by, at = self.viewer.actor, datetime.now(UTC)

        def work(connection: Connection) -> None:
            before = load_decisions(connection)
            after = with_values(before, self.section, wanted, by=by, at=at)
            decided_with(self.context, after, self.section, changes)
            self._save(connection, before, after, tuple(wanted), at)

        try:
            await self._change(work)
        except SettingsError as error:
            raise self.refusal(error) from None
        return self.answer()

    async def forget(self, key: str | None) -> Any:
        """Let the file's values hold again: that of ``key``, or of all."""
        keys = DECIDABLE[self.section]
        if key is not None and key not in keys:
            raise ProblemError(
                HTTPStatus.BAD_REQUEST,
                "unknown_setting",
                value=shown(key),
                allowed=", ".join(keys),
            )
        at = datetime.now(UTC)

        def work(connection: Connection) -> None:
            before = load_decisions(connection)
            gone = [one for one in before.get(self.section, {}) if key in (None, one)]
            if gone:
                after = without(before, self.section, gone)
                self._save(connection, before, after, gone, at, back=True)

        await self._change(work)
        return self.answer()

    def refusal(self, error: SettingsError, *, under: str = "") -> ProblemError:
        """The first of what is wrong, as an answer; ``under``: where in the body it stands."""
        problem = error.problems[0]
        return ProblemError(
            HTTPStatus.BAD_REQUEST,
            "invalid_field",
            name=under + problem.where.partition(".")[2],
            reason=problem.reason(language_of(self.request)),
        )

    async def _change(self, work: Any) -> None:
        await self.context.staff.change(work)
        self.context.decided.take(self.context.staff.now.policies)

    def _save(
        self,
        connection: Connection,
        before: Decisions,
        after: Decisions,
        keys: Any,
        at: datetime,
        *,
        back: bool = False,
    ) -> None:
        save_section(connection, after, self.section, by=self.viewer.actor, at=at)
        details: dict[str, Mapping[str, Any] | bool] = {
            name: {key: value for key, value in self._values(made).items() if key in keys}
            for name, made in (("before", before), ("after", after))
        }
        if back:
            details["from_file"] = True
        entry = self.viewer.entry(Action.POLICY_CHANGED, object=self.section, details=details)
        self.context.audit.add(connection, entry)

    def _values(self, decisions: Decisions) -> dict[str, Any]:
        settings, _ = decide_what_may_be(self.context.settings, values_of(decisions))
        return self.values(settings)
