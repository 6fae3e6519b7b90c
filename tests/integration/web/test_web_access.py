"""Who may do what, and that every wrong request gets a problem that says what is wrong, where, and how to mend it."""

import asyncio
import re
from typing import Any

import pytest
from structlog.testing import capture_logs

from hub.model import Role, new_id
from hub.web import routes
from hub.web.app import ROUTES
from tests.integration.web.conftest import World

PEOPLE = {Role.AGENT: "Mina", Role.SUPERVISOR: "supervisor", Role.MARKETER: "marketer", Role.ADMIN: "admin"}
OWN = routes.me.ROUTES
"""Open to every role, and to a token only as far as it stands for somebody: the same refusal for another reason."""
PROBLEM = {"type", "title", "status", "detail", "instance"}


async def _problem(response: Any, status: int) -> Any:
    assert (response.status, response.content_type) == (status, "application/problem+json"), await response.text()
    said = await response.json()
    assert said.keys() >= PROBLEM
    assert said["status"] == status
    assert said["type"].startswith("urn:peyvand:problem:")
    return said


async def test_every_route_lets_in_whom_the_table_names_and_nobody_else(edge: World) -> None:
    edge.site.outcomes.patience = 0
    wrong: list[Any] = []
    for route in ROUTES:
        if route.open:
            continue
        path = re.sub("{(id|event_id)}", str(new_id()), route.path)
        path = path.replace("{position}", "0").replace("{number}", "1").replace("{adapter}/{name}", "sms_fake/x")
        for role, who in PEOPLE.items():
            response = await edge.call(who, route.method, path)
            refused = response.status == 403 and (await response.json())["type"].endswith(":not-allowed")
            if (refused == (role in route.may) and not (route in OWN and refused)) or response.status in {401, 500}:
                wrong.append((route.method, route.path, role, response.status))
        for headers in ({}, {"Authorization": "Bearer pv_unknown"}, {"Authorization": "Basic eDp5"}):
            response = await edge.call(None, route.method, path, headers=headers)
            if response.status != 401 or "Bearer" not in response.headers["WWW-Authenticate"]:
                wrong.append((route.method, route.path, headers, response.status))
    assert wrong == []


BAD: tuple[tuple[str, str, Any, int, str | None], ...] = (
    ("POST", "/teams", b"{", 422, "$"),
    ("POST", "/teams", b'"' + b"\xff" + b'"', 422, "$"),
    ("POST", "/teams", b"[" * 5000, 422, "$"),
    ("POST", "/teams", {}, 422, "$.name"),
    ("POST", "/teams", {"name": 1}, 422, "$.name"),
    ("POST", "/teams", {"name": "x", "id": "mine"}, 422, "$.id"),
    ("POST", "/teams", {"name": "  "}, 422, "$.name"),
    ("POST", "/teams", {"name": "a\x00b"}, 422, "$.name"),
    ("POST", "/teams", b'{"name": "\\ud800"}', 422, "$"),
    ("POST", "/teams", {"name": "x" * 70_000}, 422, "$.name"),
    ("POST", "/teams", {"name": "x" * 256 * 1024}, 413, None),
    ("POST", "/teams", {"name": "Support"}, 409, "$.name"),
    ("POST", "/agents", {"name": "Sara", "teams": ["no"]}, 422, "$.teams[0]"),
    ("POST", "/agents", {"name": "Sara", "teams": [str(new_id())]}, 422, "$.teams[0]"),
    ("POST", "/agents", {"name": "Sara", "live_capacity": -1}, 422, "$.live_capacity"),
    ("POST", "/agents", {"name": "Mina"}, 409, "$.name"),
    ("POST", "/tokens", {"name": "x", "role": "king"}, 422, "$.role"),
    ("POST", "/tokens", {"name": "x", "role": "agent"}, 422, "$.agent"),
    ("POST", "/tokens", {"name": "x", "role": "agent", "agent": str(new_id())}, 422, "$.agent"),
    ("POST", "/tokens", {"name": "x", "role": "admin", "expires_at": "2026-01-01T00:00:00"}, 422, "$.expires_at"),
    ("POST", "/tokens", {"name": "x", "role": "admin", "expires_at": "2020-01-01T00:00:00Z"}, 422, "$.expires_at"),
    ("POST", "/messages", {"to": "+989121234567", "from": "+15005550000", "text": "x"}, 422, "$.from"),
    ("DELETE", f"/tokens/{new_id()}", None, 404, "id"),
    ("GET", "/agents/12", None, 422, "id"),
    ("GET", f"/agents/{new_id()}", None, 404, "id"),
    ("PATCH", f"/agents/{new_id()}", {"name": "X"}, 404, "id"),
    ("POST", f"/agents/{new_id()}/presence", {"presence": "asleep"}, 422, "$.presence"),
    ("GET", "/conversations?limit=0", None, 422, "limit"),
    ("GET", "/conversations?limit=201", None, 422, "limit"),
    ("GET", "/conversations?limit=%D9%A3", None, 422, "limit"),
    ("GET", "/conversations?cursor=nonsense", None, 422, "cursor"),
    ("GET", "/conversations?cursor=WzEsMl0", None, 422, "cursor"),
    ("GET", "/conversations?colour=green", None, 422, "colour"),
    ("GET", "/conversations?status=lost", None, 422, "status"),
    ("GET", "/conversations?waiting=perhaps", None, 422, "waiting"),
    ("GET", "/conversations?assignee=me", None, 422, "assignee"),
    ("GET", f"/conversations/{new_id()}", None, 404, "id"),
    ("GET", f"/conversations/{new_id()}/decisions", None, 404, "id"),
    ("POST", f"/conversations/{new_id()}/messages", {"text": "Hello"}, 404, "id"),
    ("POST", f"/conversations/{new_id()}/assign", {}, 422, "$"),
    ("POST", f"/conversations/{new_id()}/snooze", {"until": "tomorrow"}, 422, "$.until"),
    ("POST", f"/conversations/{new_id()}/accept", {"by": "me"}, 422, "$.by"),
    ("GET", "/customers?contact_point=0912", None, 422, "contact_point"),
    ("GET", "/customers?contact_point=tel:no", None, 422, "contact_point"),
    ("GET", "/customers?query=a%00b", None, 422, "query"),
    ("GET", "/customers?query=a&contact_point=tel:%2B989121234567", None, 422, "query"),
    ("GET", f"/customers/{new_id()}/history?cursor=bm8", None, 422, "cursor"),
    ("GET", f"/customers/{new_id()}", None, 404, "id"),
    ("POST", "/messages", {"to": "12", "text": "x", "from": "+982100000000"}, 422, "$.to"),
    ("POST", "/messages", {"to": "+989121234567", "text": "", "from": "+982100000000"}, 422, "$.text"),
    ("POST", "/messages", {"to": "+989121234567", "text": " \n ", "from": "+982100000000"}, 422, "$.text"),
    ("POST", "/messages", {"to": "+989121234567", "text": "x" * 1601, "from": "+982100000000"}, 422, "$.text"),
    ("POST", "/messages", {"to": "+989121234567", "text": "a\x00", "from": "+982100000000"}, 422, "$.text"),
    ("POST", "/messages", {"to": "+989121234567", "text": "x", "from": "+15005550006"}, 422, "$.from"),
    ("GET", "/outcomes/soon", None, 422, "event_id"),
    ("GET", "/live", None, 400, None),
    ("GET", "/nowhere", None, 404, None),
    ("DELETE", "/agents", None, 405, None),
)


async def test_everything_a_person_can_get_wrong_names_its_place(edge: World) -> None:
    edge.site.outcomes.patience = 0
    wrong = []
    for method, path, body, status, where in BAD:
        data: dict[str, Any] = {"data": body} if isinstance(body, bytes) else {"json": body}
        headers = {"Authorization": f"Bearer {edge.tokens['admin']}", "Content-Type": "application/json"}
        response = await edge.client.request(method, "/api/v1" + path, headers=headers, **data)
        said = await _problem(response, response.status)
        if (response.status, said.get("where")) != (status, where):
            wrong.append((method, path, body if len(str(body)) < 200 else "…", said))
    assert not wrong, wrong
    assert edge.recorder.batches == []


async def test_every_way_in_has_the_same_limit_and_says_it(edge: World) -> None:
    said = []
    for path in ("/api/v1/teams", "/channels/sms/fake"):
        headers = {"Authorization": f"Bearer {edge.tokens['admin']}"}
        response = await edge.client.post(path, data=b'"' + b"x" * 256 * 1024 + b'"', headers=headers)
        said.append((await _problem(response, 413))["detail"])
    assert said == ["the body is too large: the limit is 256 KiB"] * 2


@pytest.mark.parametrize("key", ["", "x" * 201, "\u0633"])
async def test_a_bad_key_is_named(edge: World, key: str) -> None:
    response = await edge.call("admin", "POST", "/teams", {"name": "X"}, headers={"Idempotency-Key": key})
    assert (await _problem(response, 422))["where"] == "Idempotency-Key"


async def test_agents_teams_and_presence(edge: World) -> None:
    key = {"Idempotency-Key": "k"}
    made = [await edge.call("admin", "POST", "/teams", {"name": "Billing"}, headers=key) for _ in range(2)]
    assert [r.status for r in made] == [201, 201]
    team = (await made[0].json())["id"]
    assert team == (await made[1].json())["id"]
    said = {"name": "سارا", "teams": [team]}
    made = [await edge.call("admin", "POST", "/agents", said, headers=key) for _ in range(2)]
    agent = await made[0].json()
    assert (made[1].status, agent["teams"], agent["declared"]) == (201, [team], "offline")
    path = f"/agents/{agent['id']}"
    changed = await edge.call("admin", "PATCH", path, {"live_capacity": 50, "language": "fa", "teams": []})
    assert changed.status == 200, await changed.text()
    assert await edge.get("marketer", path) == {**agent, "live_capacity": 50, "language": "fa", "teams": []}
    taken = await edge.call("admin", "PATCH", path, {"name": "mina"})
    assert taken.status == 409
    mina = f"/agents/{edge.agents['Mina']}/presence"
    edge.recorder.batches.clear()
    assert (await edge.call("Ali", "POST", mina, {"presence": "away"})).status == 403
    declared = await edge.call("Mina", "POST", mina, {"presence": "available", "reason": "back"})
    assert (declared.status, (await declared.json())["declared"]) == (200, "available")
    assert (await edge.call("supervisor", "POST", mina, {"presence": "away"})).status == 200


async def test_a_token_is_shown_once_and_ends_at_once(edge: World) -> None:
    said = {"name": "desk", "role": "supervisor"}
    made = await edge.call("admin", "POST", "/tokens", said, headers={"Idempotency-Key": "t"})
    assert made.status == 201, await made.text()
    token = await made.json()
    again = await edge.call("admin", "POST", "/tokens", said, headers={"Idempotency-Key": "t"})
    assert again.status == 409
    edge.tokens["desk"] = token["token"]
    assert token["token"] not in str(await edge.get("admin", "/tokens"))
    await edge.get("desk", "/conversations")
    assert (await edge.call("admin", "DELETE", f"/tokens/{token['id']}")).status == 204
    assert (await edge.call("desk", "GET", "/conversations")).status == 401


async def test_accounts_show_no_secret(edge: World) -> None:
    said = await edge.get("admin", "/accounts")
    assert [one["id"] for one in said["items"]] == ["sms_fake/default", "sms_fake/second"]
    assert "sesame" not in str(said)
    assert "sealed" not in str(said)


async def test_what_nobody_foresaw_is_a_500_with_a_reference_and_a_log_line(edge: World) -> None:
    edge.recorder.error = ZeroDivisionError("secret detail")
    with capture_logs() as logs:
        said = {"to": "+989121234567", "text": "canary", "from": "+982100000000"}
        problem = await _problem(await edge.call("admin", "POST", "/messages", said), 500)
    assert "secret detail" not in str(problem)
    (failed,) = [line for line in logs if line["event"] == "request_failed"]
    assert failed["reference"] == problem["instance"]
    assert "canary" not in str(logs)
    (request,) = [line for line in logs if line["event"] == "request"]
    assert (request["route"], request["status"], "9121234567" in str(request)) == ("/messages", 500, False)


async def test_while_postgres_is_away_a_message_is_still_taken_in(edge: World) -> None:
    edge.site.outcomes.patience = 0
    await edge.get("admin", "/accounts")  # whoever was seen just now is known
    await edge.get("Mina", "/agents")
    pool, edge.parts.store.url = edge.parts.store._pool, "postgresql://127.0.0.1:1/nowhere"
    edge.parts.store._pool = None
    try:
        said = {"to": "+989121234567", "text": "Hello", "from": "+982100000000"}
        assert (await edge.call("admin", "POST", "/messages", said)).status == 202
        keyed = await edge.call("admin", "POST", "/messages", said, headers={"Idempotency-Key": "k"})
        assert (keyed.status, keyed.headers["Retry-After"]) == (503, "5")
        assert (await edge.call("admin", "GET", "/agents")).status == 503
        agents = await edge.call("Mina", "POST", "/messages", said)  # nobody knows whether another holds it
        assert (agents.status, agents.headers["Retry-After"]) == (503, "5")
    finally:
        edge.parts.store._pool = pool
    assert len(edge.recorder.batches) == 1


async def test_health_readiness_and_metrics(site: World) -> None:
    assert (await site.client.get("/healthz")).status == 200
    ready = await site.client.get("/readyz")
    assert (ready.status, (await ready.json())["takes_in_by"]) == (200, "broker")
    await site.text()
    metrics = await (await site.client.get("/metrics")).text()
    assert 'hub_webhooks_total{adapter="sms_fake",outcome="accepted"}' in metrics
    assert 'hub_queue_depth{lane="record_interactions.0"}' in metrics


async def test_headers_of_every_answer(edge: World) -> None:
    for path in ("/api/v1/agents", "/healthz", "/nowhere"):
        response = await edge.client.get(path)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert "aiohttp" not in response.headers["Server"]


async def test_of_two_who_take_one_name_at_once_one_gets_a_sentence(edge: World) -> None:
    """The look before the write sees nothing while the other's write is under way; the unique index decides."""
    mina, ali = f"/agents/{edge.agents['Mina']}", f"/agents/{edge.agents['Ali']}"
    for round_ in range(10):
        name = f"Roya {round_}"
        calls = [
            edge.call("admin", "PATCH", mina, {"name": name}),
            edge.call("admin", "PATCH", ali, {"name": name, "teams": [str(edge.team)]}),
            edge.call("admin", "POST", "/agents", {"name": name, "teams": [str(edge.team)]}),
            edge.call("admin", "POST", "/agents", {"name": name}),
        ]
        responses = await asyncio.gather(*calls)

        taken = [one for one in responses if one.status not in {200, 201}]
        assert len(taken) == len(calls) - 1
        for response in taken:
            said = await _problem(response, 409)
            assert (said["detail"], said["where"]) == (f"There is an agent called {name} already", "$.name")


async def test_a_name_that_differs_in_case_alone_is_taken(edge: World) -> None:
    """Names are looked up whatever their case: whose would it be?"""
    for said in (
        await _problem(await edge.call("admin", "POST", "/agents", {"name": "mina"}), 409),
        await _problem(await edge.call("admin", "PATCH", f"/agents/{edge.agents['Ali']}", {"name": "mina"}), 409),
    ):
        assert said["detail"] == "There is an agent called mina already"
    renamed = await edge.call("admin", "PATCH", f"/agents/{edge.agents['Mina']}", {"name": "MINA"})
    assert renamed.status == 200, "her own name she may write as she likes"


async def test_of_two_who_make_one_team_at_once_one_gets_a_sentence(edge: World) -> None:
    responses = await asyncio.gather(*[edge.call("admin", "POST", "/teams", {"name": "Billing"}) for _ in range(5)])

    assert sorted(one.status for one in responses) == [201, 409, 409, 409, 409]


@pytest.mark.parametrize("path", ["/channels/sms/fake", "/api/v1/teams", "/api/v1/files"])
async def test_a_body_that_is_not_what_its_headers_say_is_refused(edge: World, path: str) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    headers["Authorization"] = f"Bearer {edge.tokens['admin']}"
    said = await _problem(await edge.client.post(path, data=b"abc", headers=headers), 400)
    assert "Content-Encoding" in said["mend"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "nonsense"])
async def test_only_what_calls_itself_json_is_read_as_json(edge: World, kind: str) -> None:
    headers = {"Content-Type": kind, "Authorization": f"Bearer {edge.tokens['admin']}"}
    said = await _problem(await edge.client.post("/api/v1/teams", data=b'{"name": "Billing"}', headers=headers), 415)
    assert said["where"] == "Content-Type"


@pytest.mark.parametrize(
    ("query", "where"),
    [("limit=1&limit=2", "limit"), ("limit=", "limit"), ("limit=0&contact_point=tel:%2B989121234567", "limit")],
)
async def test_a_parameter_is_read_once_and_always(edge: World, query: str, where: str) -> None:
    said = await _problem(await edge.call("admin", "GET", f"/customers?{query}"), 422)
    assert said["where"] == where


async def test_a_time_beyond_the_calendar_is_refused(edge: World) -> None:
    body = {"name": "x", "role": "admin", "expires_at": "9999-12-31T23:59:59-12:00"}
    said = await _problem(await edge.call("admin", "POST", "/tokens", body), 422)
    assert said["where"] == "$.expires_at"
