"""The API does what its own description says, for whatever is asked of it."""

from __future__ import annotations

from typing import Any

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
api = schemathesis.openapi.from_dict(describe(application(None)))  # type: ignore[arg-type]


@api.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_the_api_keeps_its_word(case: schemathesis.Case[Any], api_address: str) -> None:
    case.call_and_validate(
        base_url=api_address,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
            negative_data_rejection,
            unsupported_method,
            allow_header_conformance,
        ],
    )
