"""What the HTTP API says of itself is valid, whole, and made of examples that are what they are examples of."""

import inspect
import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from hub import errors
from hub.cli.app import hub
from hub.model import Role
from hub.web.app import GROUPS, OPENED, ROUTES
from hub.web.described.openapi import document
from hub.web.route import API, Group, Route

DOCUMENT = json.loads(json.dumps(document(GROUPS, OPENED), default=str))
OPERATIONS = [
    pytest.param(operation, id=f"{method} {path}")
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


SAFE = {methods["get"]["operationId"] for methods in DOCUMENT["paths"].values() if "get" in methods}


def resolved(what: Any) -> Any:
    while "$ref" in what:
        found: Any = DOCUMENT
        for step in what["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        what = found
    return what


def fits(example: Any, schema: Any) -> None:
    whole = {**schema, "components": DOCUMENT["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(example)


def contents(operation: Any) -> Iterator[Any]:
    """Every body of the operation, asked and answered."""
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for response in operation["responses"].values():
        yield from resolved(response).get("content", {}).values()


def test_it_is_valid() -> None:
    validate(DOCUMENT)


def test_it_holds_every_route_once() -> None:
    described = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    routes = {(route.method, API + route.path) for route in ROUTES}
    assert described == routes | {(method, one.path) for one in OPENED for method in one.methods}
    names = [operation["operationId"] for methods in DOCUMENT["paths"].values() for operation in methods.values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_example_is_what_it_is_an_example_of(operation: Any) -> None:
    for parameter in operation.get("parameters", ()):
        if "example" in parameter:
            fits(parameter["example"], parameter["schema"])
    for content in contents(operation):
        found = [content["example"]] if "example" in content else []
        found += [one["value"] for one in content.get("examples", {}).values()]
        assert found or content["schema"].get("format") == "binary" or not content["schema"]
        for example in found:
            fits(example, content["schema"])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_says_who_may_call_it_and_what_can_go_wrong(operation: Any) -> None:
    assert operation["summary"]
    if operation.get("security") == []:
        return
    assert set(operation["x-roles"]) <= set(Role)
    assert {"401", "422", "500", "503"} <= operation["responses"].keys()
    assert ("403" in operation["responses"]) >= (len(operation["x-roles"]) < len(Role))
    body = operation.get("requestBody", {"content": {"application/json": {}}})  # one that none is asked for is read too
    changes = operation["operationId"] not in SAFE
    assert ("413" in operation["responses"]) is changes
    assert ("415" in operation["responses"]) is (changes and "application/json" in body["content"])


def test_every_kind_of_refusal_has_an_example() -> None:
    shown = {
        example["value"]["type"].rpartition(":")[2]
        for methods in DOCUMENT["paths"].values()
        for operation in methods.values()
        for response in operation["responses"].values()
        for content in resolved(response).get("content", {}).values()
        for example in content.get("examples", {}).values()
    }
    kinds = {kind.kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.Refused)}
    assert shown >= kinds | {"unsupported-media-type", "too-large", "internal", "unavailable", "webhook-rejected"}


def test_what_the_command_prints_is_the_same() -> None:
    printed = CliRunner().invoke(hub, ["openapi"], catch_exceptions=False)
    assert json.loads(printed.stdout) == DOCUMENT


def test_a_route_without_a_description_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="summary"):
        Route("GET", "/x", ROUTES[0].handler, ROUTES[0].may)  # type: ignore[call-arg]


def test_a_thing_of_two_shapes_under_one_name_would_not_pass_unseen() -> None:
    """Two structs of one name would hide one another; msgspec gives them names that nobody would ask for."""
    assert all("_" not in name and "." not in name for name in DOCUMENT["components"]["schemas"])
    assert len(document([Group("One", "", ROUTES)], ())["components"]["schemas"]) > 20
