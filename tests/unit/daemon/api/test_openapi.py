"""The API does what its own description says, for whatever is asked of it."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from daemon.api.openapi import describe
from daemon.api.server import application

# The description needs nothing of what the resources stand on.
DESCRIPTION = describe(application(None))  # type: ignore[arg-type]
api = schemathesis.openapi.from_dict(DESCRIPTION)


_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
]


@api.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_the_api_keeps_its_word(case: schemathesis.Case[Any], api_address: str) -> None:
    case.call_and_validate(base_url=api_address, checks=_CHECKS)


@pytest.mark.parametrize("page", ["api.md", "api.ru.md"])
def test_every_door_stands_in_the_documentation(page: str) -> None:
    text = (Path(__file__).parents[4] / "docs" / page).read_text()
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    for path, methods in DESCRIPTION["paths"].items():
        told = " ".join(line for line in lines if f"{path}`" in line or f"{path}?" in line)
        assert [method for method in methods if method.upper() not in told] == [], path


@pytest.fixture(scope="module")
def anna(api_address: str) -> dict[str, str]:
    asked = urllib.request.Request(
        f"{api_address}/api/v1/tokens", data=b'{"agent": "anna"}', method="POST"
    )
    with urllib.request.urlopen(asked) as answer:
        return {"Authorization": f"Bearer {json.load(answer)['token']}"}


@api.parametrize()
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_and_to_a_manager(
    case: schemathesis.Case[Any], api_address: str, anna: dict[str, str]
) -> None:
    case.call_and_validate(base_url=api_address, headers=anna, checks=_CHECKS)
