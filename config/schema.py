"""The shape of ``Settings``: the path of a setting, and what stands at it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

_BARE = re.compile(r"[\w-]+")

SettingPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a setting holds: one value, a section, or a list of either."""

    section: type[BaseModel] | None = None
    is_list: bool = False
    annotation: Any = None
    """The type of the value, or of one of the list's."""

    def child(self, key: str) -> Shape | None:
        """The setting of that name in this section; ``None`` where there is none."""
        if self.section is None or key not in self.section.model_fields:
            return None
        return shape_of(self.section.model_fields[key].annotation)

    def item(self) -> Shape:
        """One element of this list."""
        return Shape(self.section, False, self.annotation)


def shape_of(annotation: Any) -> Shape:
    """Read a field's annotation: ``Annotated`` and ``| None`` are looked through."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return shape_of(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return shape_of(next(arg for arg in get_args(annotation) if arg is not NoneType))
    if origin is tuple:
        item = shape_of(get_args(annotation)[0])
        return Shape(item.section, True, item.annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape(annotation, False, annotation)
    return Shape(None, False, annotation)


def shape_at(root: type[BaseModel], path: SettingPath) -> Shape | None:
    """What stands at ``path``; ``None`` where there is no such setting."""
    shape: Shape | None = Shape(root, False, root)
    for part in path:
        if shape is None:
            return None
        shape = shape.item() if isinstance(part, int) else shape.child(part)
    return shape


def settings_under(root: type[BaseModel], at: SettingPath = ()) -> Iterator[SettingPath]:
    """The path of every single setting, lists by their first element."""
    for name, field in root.model_fields.items():
        shape = shape_of(field.annotation)
        if shape.section is None:
            yield (*at, name)
        else:
            yield from settings_under(shape.section, (*at, name, *((0,) if shape.is_list else ())))


def dotted(path: SettingPath) -> str:
    """``("pbx", 0, "port")`` → ``pbx[0].port``; a key that TOML has to quote is quoted."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
            continue
        key = part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False)
        text += f".{key}" if text else key
    return text
