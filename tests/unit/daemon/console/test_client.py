"""The console's picture of the API is the daemon's own, and its types are made from it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import BaseModel

from daemon.api.server import MODULES
from tools.openapi import description

ROOT = Path(__file__).parents[4]
WEB = ROOT / "web"


def test_the_description_is_the_daemons() -> None:
    kept = (WEB / "openapi.json").read_text(encoding="utf-8")
    assert kept == description(), "do: make api-client"


def test_no_two_models_have_one_name() -> None:
    """A description has one place for each name: the second would stand for both."""
    named: dict[str, set[str]] = defaultdict(set)
    for kind in _models():
        named[kind.__name__].add(kind.__module__)
    assert {name: modules for name, modules in named.items() if len(modules) > 1} == {}


def _models() -> Iterator[type]:
    """Every model and enumeration that a resource takes or gives."""
    waiting: list[Any] = [
        hint
        for module in MODULES
        for _, resource in module.ROUTES
        for method in resource.rights
        if hasattr(resource, method.lower())
        for hint in get_type_hints(getattr(resource, method.lower())).values()
    ]
    met: set[Any] = set()
    while waiting:
        kind = waiting.pop()
        waiting.extend(get_args(kind))
        if not isinstance(kind, type) or kind in met or not issubclass(kind, BaseModel | Enum):
            continue
        met.add(kind)
        yield kind
        if issubclass(kind, BaseModel):
            waiting.extend(field.annotation for field in kind.model_fields.values())


def test_the_types_are_made_from_it(tmp_path: Path) -> None:
    node = Path(sys.executable).parent / "node"
    tool = WEB / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    if not node.exists() or not tool.exists():
        pytest.skip("the console's packages are not installed: do make setup")
    shutil.copy(WEB / "openapi.json", tmp_path)
    subprocess.run(
        [node, tool, "openapi.json", "--output", "schema.d.ts", "--default-non-nullable=false"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    made = (tmp_path / "schema.d.ts").read_text(encoding="utf-8")
    assert made == (WEB / "src" / "api" / "schema.d.ts").read_text(encoding="utf-8")
