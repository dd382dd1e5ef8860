"""The description of the plain JSON (OpenAPI 3.1): valid, whole, and true of what is answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import Client

from ccin_ld.web.app import App

# A thing is named by its key: most texts are none, and are refused.
_NOT_ALL_VALUES = [schemathesis.checks.positive_data_acceptance]


@pytest.fixture(scope="module")
def described(app: App) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Client(app).get("/openapi.json").data)
    return found


def test_it_is_openapi(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(described).validate()


def test_every_list_and_question_is_there(client: Client, described: dict[str, Any]) -> None:
    for path in (
        "/members.json",
        "/projects.json",
        "/doc/{kind}/{key}.json",
        "/questions/who-took-part.json",
    ):
        assert path in described["paths"]
    told = client.get("/questions.json").json
    assert {one["answer"] for one in told["items"]} <= set(described["paths"])
    names = [one["get"]["operationId"] for one in described["paths"].values()]
    assert len(names) == len(set(names))


def test_answers_are_as_described(app: App) -> None:
    """Whatever is asked, within the description and beside it: a documented status, type and form."""
    found = schemathesis.openapi.from_wsgi("/openapi.json", app)
    operations: list[Any] = [one.ok() for one in found.get_all_operations() if hasattr(one, "ok")]
    assert len(operations) > 20

    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def answered(case: Any) -> None:
            case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=_NOT_ALL_VALUES)

        answered()
