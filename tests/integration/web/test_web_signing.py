"""Signing in at the desk: by password and code, with a cookie that only our own pages may use, and out again."""

import asyncio
from typing import Any

import aiohttp
import pyotp
import pytest
from yarl import URL

from hub.organisation.signing import passwords, throttle
from hub.organisation.signing import store as signing
from hub.web.door import Door
from tests.integration.web.conftest import World

PASSWORD = "four words she remembers"
DESK = {"X-Peyvand": "desk"}


@pytest.fixture(autouse=True)
def at_home(edge: World) -> None:
    """The hub as the demo has it, reached by plain http on this machine."""
    door = Door("http://127.0.0.1:8080", edge.site.door.lasts, (), passwords.Passwords())
    edge.site.door = edge.site.callers._door = door


def origin(edge: World) -> dict[str, str]:
    return {"Origin": str(edge.client.make_url("/").origin())}


async def give(edge: World, name: str, password: str = PASSWORD) -> None:
    answer = await edge.call("admin", "POST", f"/agents/{edge.agents[name]}/password", {"password": password})
    assert answer.status == 200
    assert (await answer.json()) == {"password": password}


async def sign_in(edge: World, name: str, password: str = PASSWORD, **more: str) -> Any:
    edge.client.session.cookie_jar.clear()
    said = {"name": name, "password": password, **more}
    return await edge.client.post("/api/v1/sign-in", json=said, headers=origin(edge) | DESK)


async def kind(answer: Any) -> str:
    return str((await answer.json())["type"]).rpartition(":")[2]


async def test_a_cookie_stands_for_her_until_she_signs_out(edge: World) -> None:
    await give(edge, "Mina")
    answer = await sign_in(edge, "mina")
    assert answer.status == 200, await answer.text()
    assert (await answer.json())["name"] == "Mina"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    me = await (await edge.client.get("/api/v1/me")).json()
    assert (me["name"], me["role"], me["has_password"]) == ("Mina", "agent", True)
    held = edge.client.session.cookie_jar.filter_cookies(URL(str(edge.client.make_url("/"))))
    assert (await edge.client.post("/api/v1/sign-out", headers=origin(edge) | DESK)).status == 204
    edge.client.session.cookie_jar.update_cookies(held, URL(str(edge.client.make_url("/"))))
    assert (await edge.client.get("/api/v1/me")).status == 401, "the cookie is worth nothing, whoever kept it"


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Peyvand": "desk"}, {"Origin": "https://evil.example", "X-Peyvand": "desk"}, {"Origin": "null"}],
)
async def test_a_foreign_page_can_do_nothing_with_the_cookie(edge: World, headers: dict[str, str]) -> None:
    await give(edge, "Mina")
    assert (await sign_in(edge, "Mina")).status == 200
    answer = await edge.client.patch("/api/v1/me", json={"language": "fa"}, headers=headers)
    assert (answer.status, await kind(answer)) == (403, "cross-site")
    own = await edge.client.patch("/api/v1/me", json={"language": "fa"}, headers=origin(edge) | DESK)
    assert (own.status, (await own.json())["language"]) == (200, "fa")


async def test_a_page_loaded_for_another_does_nothing_in_the_name_of_who_signed_in_beside_it(edge: World) -> None:
    for name in ("Mina", "Ali"):
        await give(edge, name)
        assert (await sign_in(edge, name)).status == 200
    for name, status in (("Mina", 401), ("Ali", 200)):
        headers = origin(edge) | DESK | {"X-Peyvand-Agent": str(edge.agents[name])}
        for method, body in (("GET", None), ("PATCH", {"language": "fa"})):
            answer = await edge.client.request(method, "/api/v1/me", json=body, headers=headers)
            assert answer.status == status, name
            if status != 200:
                said = await answer.json()
                assert (said["type"], said["where"]) == ("urn:peyvand:problem:not-signed-in", "X-Peyvand-Agent")
    assert (await (await edge.client.get("/api/v1/me")).json())["language"] == "fa"


async def test_two_devices_change_what_she_likes_and_neither_undoes_the_other(edge: World) -> None:
    await give(edge, "Mina")
    assert (await sign_in(edge, "Mina")).status == 200

    async def likes(change: dict[str, Any]) -> Any:
        answer = await edge.client.patch("/api/v1/me", json=change, headers=origin(edge) | DESK)
        return (await answer.json()).get("preferences", answer.status)

    await asyncio.gather(
        *(likes({"preferences": {f"p{place}": place}}) for place in range(6)), likes({"language": "fa"})
    )
    await likes({"preferences": {"p0": False, "p1": None}})
    me = await (await edge.client.get("/api/v1/me")).json()
    assert me["preferences"] == {"p0": False, "p2": 2, "p3": 3, "p4": 4, "p5": 5}
    assert me["language"] == "fa"
    assert await likes({"preferences": {"a": "x" * 10_000}})
    assert await likes({"preferences": {"b": "x" * 10_000}}) == 422, "together they are too much"


async def test_a_foreign_page_opens_no_live_connection(edge: World) -> None:
    await give(edge, "Mina")
    assert (await sign_in(edge, "Mina")).status == 200
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await edge.client.ws_connect("/api/v1/live", headers={"Origin": "https://evil.example"})
    assert refused.value.status == 403
    async with edge.client.ws_connect("/api/v1/live", headers=origin(edge)) as live:
        assert (await live.receive_json())["agent"]["name"] == "Mina"


async def test_wrong_ones_are_told_alike_and_slow_down(edge: World) -> None:
    await give(edge, "Mina")
    for name in ("Mina", "Nobody"):
        answer = await sign_in(edge, name, "not her password")
        assert (answer.status, await kind(answer)) == (401, "wrong-credentials")
    seen = [(await sign_in(edge, "Ali", "not his password")).status for _ in range(8)]
    assert seen[0] == 401
    assert seen[-1] == 429
    answer = await sign_in(edge, "Ali", "not his password")
    assert (answer.status, await kind(answer)) == (429, "too-many-tries")
    assert int(answer.headers["Retry-After"]) >= 1


async def test_who_signed_in_from_here_before_is_not_held_up_by_others(edge: World) -> None:
    await give(edge, "Mina")
    assert (await sign_in(edge, "Mina")).status == 200
    async with edge.parts.store.transaction() as tx:  # somebody elsewhere tries her name
        counts = throttle.counts("Mina", "198.51.100.7", known=False)
        for _ in range(20):
            await signing.take_try(tx, counts)
    assert (await sign_in(edge, "Mina")).status == 200


async def test_a_code_is_asked_for_and_taken_once(edge: World) -> None:
    await give(edge, "Mina")
    assert (await sign_in(edge, "Mina")).status == 200
    secret = (await (await edge.client.post("/api/v1/me/totp", headers=origin(edge) | DESK)).json())["secret"]
    codes = pyotp.TOTP(secret)
    now = edge.parts.clock.now()
    before, code = codes.at(int(now.timestamp()) - 30), codes.at(int(now.timestamp()))
    confirmed = await edge.client.post("/api/v1/me/totp/confirm", json={"code": before}, headers=origin(edge) | DESK)
    assert confirmed.status == 204
    assert await kind(await sign_in(edge, "Mina")) == "code-needed"
    assert await kind(await sign_in(edge, "Mina", code="000000")) == "wrong-code"
    assert (await sign_in(edge, "Mina", code=code)).status == 200
    assert await kind(await sign_in(edge, "Mina", code=code)) == "wrong-code"


async def test_a_new_password_or_role_ends_what_was(edge: World) -> None:
    await give(edge, "Mina")
    assert (await sign_in(edge, "Mina")).status == 200
    await give(edge, "Mina", "other words she remembers")
    assert (await edge.client.get("/api/v1/me")).status == 401
    assert (await sign_in(edge, "Mina")).status == 401
    assert (await sign_in(edge, "Mina", "other words she remembers")).status == 200
    changed = await edge.call("admin", "PATCH", f"/agents/{edge.agents['Mina']}", {"role": "supervisor"})
    assert changed.status == 200
    assert (await (await edge.client.get("/api/v1/me")).json())["role"] == "supervisor"
    assert (await edge.call("admin", "PATCH", f"/agents/{edge.agents['Mina']}", {"active": False})).status == 200
    assert (await edge.client.get("/api/v1/me")).status == 401


async def test_the_hash_is_argon2id_and_the_token_is_not_stored(edge: World) -> None:
    await give(edge, "Mina")
    answer = await sign_in(edge, "Mina")
    token = answer.cookies["peyvand"].value
    async with edge.parts.store.reading() as tx:
        stored = await tx.fetchval("SELECT password FROM agent_credentials")
        hashes = await tx.fetch("SELECT hash FROM sign_ins")
    assert stored.startswith("$argon2id$")
    assert not passwords.outdated(stored)
    assert all(token.encode() not in bytes(row["hash"]) for row in hashes)


async def test_the_pages_take_nothing_from_elsewhere(edge: World) -> None:
    assert (await edge.client.get("/", allow_redirects=False)).headers["Location"] == "/desk/"
    answer = await edge.client.get("/desk/inbox/mine")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http:" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (await edge.client.get("/desk/assets/none-Abc.js")).status in {404, 503}
    assert (await edge.client.get("/desk/%2e%2e/%2e%2e/app.py")).headers["Content-Type"] != "text/x-python"
