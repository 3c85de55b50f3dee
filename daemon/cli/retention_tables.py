"""Tables of legal holds and of what recordings go when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from daemon.backup.places import size
from daemon.messages import say

if TYPE_CHECKING:
    from config.keeping import RetentionSettings
    from config.problems import Language


def holds_table(found: list[dict[str, Any]], spoken: Language) -> Table:
    """Newest first."""
    table = Table()
    for name in ("on", "since", "by", "reason", "lifted"):
        table.add_column(say(spoken, f"legal-hold.column.{name}"))
    for one in found:
        kind = "call" if one["call_id"] else "client"
        lifted = ""
        if one["lifted_at"]:
            lifted = f"{one['lifted_at'][:16]} {one['lifted_by']}: {one['lift_reason']}"
        table.add_row(
            f"{say(spoken, f'legal-hold.{kind}')} {one[f'{kind}_id']}",
            one["set_at"][:16],
            one["set_by"],
            one["reason"],
            lifted,
        )
    return table


def shares_table(
    found: list[dict[str, Any]], settings: RetentionSettings, soon: int, spoken: Language
) -> Table:
    """One row for each rule, and one for all the other calls."""
    caption = say(spoken, "retention.caption")
    unknown = [_rule(one["rule"], settings, spoken) for one in found if one["unknown_department"]]
    if unknown:
        names = "; ".join(unknown)
        caption = say(spoken, "retention.unknown_department", names=names)
    table = Table(caption=caption)
    for name in ("rule", "days", "stored", "due", "soon", "held"):
        table.add_column(say(spoken, f"retention.column.{name}", days=soon))
    for one in found:
        days = str(one["days"]) if one["days"] else say(spoken, "retention.for_ever")
        table.add_row(
            _rule(one["rule"], settings, spoken),
            days,
            _count(one["stored"], one["size_bytes"]),
            _count(one["due"], one["due_bytes"]),
            _count(one["soon"], one["soon_bytes"]),
            str(one["held"]),
        )
    return table


def _rule(at: int | None, settings: RetentionSettings, spoken: Language) -> str:
    if at is None:
        return say(spoken, "retention.others")
    said = settings.rules[at].model_dump(exclude={"days"}, exclude_none=True)
    return f"[[retention.rules]] {at + 1}: ".replace("[", r"\[") + ", ".join(
        f"{name} = {value}" for name, value in said.items()
    )


def _count(count: int, size_bytes: int) -> str:
    return f"{count} ({size(size_bytes)})" if count else "0"
