"""OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1) from the table of routes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec

from hub.web import asked
from hub.web.described import errors
from hub.web.described.schemas import asked_example, example, schemas
from hub.web.opened import Open, Said
from hub.web.problems import Problem
from hub.web.route import API, Group, Route
from hub.web.shapes.common import PageOf, Shape

JSON = "application/json"

ABOUT = """\
Peyvand's HTTP API. Ids are UUIDs; times are RFC 3339, and those you send must say their zone; contact points are
`scheme:value`. Bodies are JSON in UTF-8 of at most 256 KiB. Unknown fields and parameters are refused; answers may gain
fields, so ignore those you do not know. Errors are problem details (RFC 9457). Lists come in pages: give `next` back as
`cursor` until it is null. Repeat a POST safely with the same `Idempotency-Key`. A command not decided within 2 s is 202
with a `Location` to look at. A method that an address does not have is 405 with `Allow`;
what is no HTTP at all is 400 in plain text. The live connection and
what travels on the bus are described by `/api/v1/asyncapi.json`; pages to read both are at `/api/docs`."""

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key with the same request makes the thing once; with another request it is 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": asked.MAX_KEY, "pattern": "^[ -~]+$"},
    "example": "5b0e7a52-8a58-4d5c-9d0b-1f1f4c2d7e11",
}
REQUEST_ID = errors.header("Names this request in the logs.", "bb6d49fe-eca1-45cb-9dfe-7dacba95bd79")
LOCATION = errors.header("Where it stands from now on.", "/api/v1/outcomes/6f1c0c1e-7b0a-5d7a-9a53-000000000007")


def document(groups: Sequence[Group], opened: Sequence[Open]) -> dict[str, Any]:
    """The whole description."""
    places, components = schemas([*_kinds(groups, opened), Problem])
    paths: dict[str, dict[str, Any]] = {}
    for group in groups:
        for route in group.routes:
            paths.setdefault(API + route.path, {})[route.method.lower()] = _operation(group, route, places)
    for one in opened:
        for method in one.methods:
            paths.setdefault(one.path, {})[method.lower()] = _open_operation(one, method, places)
    shared = _share_responses(paths)
    tags = [{"name": group.name, "description": group.says} for group in groups]
    tags += [{"name": name} for name in dict.fromkeys(one.group for one in opened)]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Peyvand",
            "version": version("peyvand"),
            "summary": "An omnichannel messaging hub.",
            "description": ABOUT.replace("\n", " "),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": shared,
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "pv_…",
                    "description": "`hub token create --role ROLE` makes a token, and so does `POST /api/v1/tokens`.",
                }
            },
        },
    }


def _share_responses(paths: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Let what several operations answer alike refer to one description of it; these."""
    found: dict[bytes, list[tuple[dict[str, Any], str]]] = {}
    for operation in (operation for path in paths.values() for operation in path.values()):
        for status, response in operation["responses"].items():
            found.setdefault(msgspec.json.encode(response), []).append((operation["responses"], status))
    shared: dict[str, Any] = {}
    for encoded, places in found.items():
        if len(places) > 1 and places[0][1] >= "400":
            name = f"{places[0][1]}-{len(shared) + 1}"
            shared[name] = msgspec.json.decode(encoded)
            for responses, status in places:
                responses[status] = {"$ref": f"#/components/responses/{name}"}
    return shared


def _kinds(groups: Iterable[Group], opened: Iterable[Open]) -> Iterator[Any]:
    for route in (route for group in groups for route in group.routes):
        if route.body is not None:
            yield type(route.body)
        yield from (_kind(gives) for gives in route.gives.values() if isinstance(gives, Shape | PageOf))
    for one in opened:
        yield from (type(gives) for gives in one.gives.values() if isinstance(gives, Shape))


def _kind(gives: Shape | PageOf) -> Any:
    return gives.kind if isinstance(gives, PageOf) else type(gives)


def _operation(group: Group, route: Route, places: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    parameters = [*_path_parameters(route.path), *map(_parameter, route.query), *([KEY] if route.keyed else [])]
    body = {"requestBody": _body(route.body, places)} if route.body is not None else {}
    if route.takes:
        body = {"requestBody": {"required": True, "content": {route.takes: {"schema": _BYTES}}}}
    roles = sorted(route.may)
    return {
        "tags": [group.name],
        "operationId": f"{route.handler.__module__.rpartition('.')[2]}_{route.handler.__name__}",
        "summary": route.summary,
        "description": f"{route.more} For {_listed(roles)}.".strip(),
        "x-roles": roles,
        **({"parameters": parameters} if parameters else {}),
        **body,
        "responses": _responses(route, places),
    }


def _listed(roles: Sequence[str]) -> str:
    return "every role" if len(roles) == 4 else " and ".join((", ".join(roles[:-1]), roles[-1])).removeprefix(" and ")


_FORM = {
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    "example": {"From": "+989121234567", "Body": "سلام"},
}
_BYTES = {"type": "string", "format": "binary", "minLength": 1}
_NO_IDS: Mapping[str, Any] = {
    "position": {"type": "integer", "minimum": 0, "maximum": 9999},
    "number": {"type": "integer", "minimum": 1, "maximum": 2**53 - 1},
    "adapter": {"type": "string", "pattern": "^[a-z0-9_]+$"},
    "name": {"type": "string", "pattern": "^[a-z0-9_.-]+$"},
}
"""Parts of a path that are no ids."""


def _path_parameters(path: str, *, ids: bool = True) -> list[dict[str, Any]]:
    schema = {"type": "string", "format": "uuid"} if ids else {"type": "string", "minLength": 1}
    return [
        {"name": name, "in": "path", "required": True, "schema": _NO_IDS.get(name, schema)}
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _parameter(one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "in": "query",
        "description": one.says,
        "schema": dict(one.schema),
        **({"example": one.sample} if one.example else {}),
    }


def _body(body: asked.Body, places: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    kind = type(body)
    required = bool(kind.also) or any(field.required for field in msgspec.structs.fields(kind))
    return {"required": required, "content": {JSON: {"schema": places[kind], "example": asked_example(body)}}}


def _responses(route: Route, places: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    done: dict[str, Any] = {}
    for status, gives in route.gives.items():
        headers = {"Location": LOCATION} if status in route.located else {}
        done[str(status)] = {"description": HTTPStatus(status).phrase, "headers": headers}
        if isinstance(gives, Said):
            done[str(status)]["content"] = {gives.media_type: {"schema": gives.schema, "example": gives.example}}
        elif gives is not None:
            shown = gives.example if isinstance(gives, PageOf) else gives
            done[str(status)]["content"] = {JSON: {"schema": places[_kind(gives)], "example": example(shown)}}
    every = done | errors.responses(errors.of_route(route))
    for code, response in every.items():
        if code != "101":
            response["headers"] = {**response.get("headers", {}), "X-Request-Id": REQUEST_ID}
    return every


def _open_operation(one: Open, method: str, places: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    done: dict[str, Any] = {}
    for status, gives in one.gives.items():
        done[str(status)] = {"description": HTTPStatus(status).phrase}
        if method != "HEAD":
            done[str(status)]["content"] = _open_content(gives, places)
    parameters = _path_parameters(one.path, ids=False)
    taken: dict[str, Any] = {"requestBody": {"content": {one.takes: _FORM}}} if one.takes else {}
    return {
        "tags": [one.group],
        "operationId": one.name if method != "HEAD" else f"{one.name}_head",
        "summary": one.summary,
        "description": one.more,
        "security": [],
        **({"parameters": parameters} if parameters else {}),
        **taken,
        "responses": done | errors.responses(iter(one.errors)),
    }


def _open_content(gives: Shape | Said, places: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    if isinstance(gives, Said):
        return {gives.media_type: {"schema": gives.schema, "example": gives.example}}
    return {JSON: {"schema": places[type(gives)], "example": example(gives)}}
