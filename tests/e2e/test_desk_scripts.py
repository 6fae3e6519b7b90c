"""Scripts that somebody stored as a name, a message, a note or a file stay text: nothing of them runs in the desk."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect
from playwright.async_api import Error as PlaywrightError

from tests.e2e import pages
from tests.e2e.demos import Demo, text
from tests.e2e.desk import Desk
from tests.e2e.filled import PASSWORD, Hub, picture
from tests.e2e.words import EN, FA
from tests.waiting import until

pytestmark = pytest.mark.timeout(480)

PHONE = "+989120000077"
STEERING = "\u202e\u200b\u0007"
"""Right-to-left override, a space nobody sees, a bell."""


def attack(field: str) -> str:
    """A text that tries it, short enough for a name, with a mark by which it is found as text."""
    return f"stored-{field} <img src=x onerror=alert(1)><svg onload=alert(2)></textarea>{STEERING}"


def long_attack(field: str) -> str:
    """One that has room for more."""
    return (
        f"{attack(field)}<script>alert('{field}')</script></title></script><!-- ]]> <a href='javascript:alert(1)'>x</a>"
        ' javascript:alert(1) data:text/html,<script>alert(1)</script> \'"><b> https://example.com/"onclick=alert(1)'
    )


SEEN = ("customer", "message", "note", "file", "agent", "team", "canned", "attribute")
"""What must be found standing on some page as the text that it is."""
HOSTILE = "%3Cimg%20src=x%20onerror=alert(1)%3E"
REFLECTED = (
    f"/search?q={HOSTILE}",
    f"/inbox/{HOSTILE}",
    f"/inbox/all/{HOSTILE}",
    f"/inbox/all?words={HOSTILE}&channel={HOSTILE}&team={HOSTILE}&order={HOSTILE}",
    f"/customers/{HOSTILE}",
    f"/customers?query={HOSTILE}",
    f"/{HOSTILE}?next=javascript:alert(1)#{HOSTILE}",
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.domain)</script>"
FILES = {
    "page.html": HTML,
    "drawing.svg": SVG,
    "picture.png": HTML,
    "paper.pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n" + HTML,
    "both.gif": b"GIF89a/*\x00\x00\x00\x00*/=1;alert(1);//" + HTML,
    "code.js": b"alert(1)",
    attack("file"): b"\xef\xbb\xbf \n" + HTML,
}
HARMLESS = {"application/octet-stream", "application/pdf", "image/gif"}


class Alarms:
    """What must not happen in a browser: a dialog, a breach of the policy, an element that a text has made."""

    def __init__(self) -> None:
        self.raised: list[str] = []

    async def watch(self, desk: Desk) -> None:
        """From now on, on every page of this browser."""
        await desk.context.expose_binding("alarm", lambda _, said: self.raised.append(str(said)))
        await desk.context.add_init_script(
            "addEventListener('securitypolicyviolation', one =>"
            " alarm(`policy: ${one.violatedDirective} ${one.blockedURI} ${one.sample} on ${location.pathname}`))"
        )
        desk.context.on("page", self._dialogs)
        self._dialogs(desk.page)

    def _dialogs(self, page: Page) -> None:
        async def dismiss(dialog: Any) -> None:
            self.raised.append(f"{dialog.type}: {dialog.message} on {page.url}")
            await dialog.dismiss()

        page.on("dialog", dismiss)

    async def look(self, page: Page) -> None:
        """Whether a text has become more than text here."""
        self.raised.extend(f"{line} on {page.url}" for line in await page.evaluate(_GROWN))


_GROWN = r"""() => {
    const scripts = [...document.scripts].filter(one => !new URL(one.src, 'x:').pathname.startsWith('/desk/assets/'));
    const acting = [...document.querySelectorAll('*')].filter(one =>
        [...one.attributes].some(({name, value}) => /^on/i.test(name) || /^\s*javascript:/i.test(value)));
    const pictures = [...document.images].filter(one => !/^(blob|data):/.test(one.src));
    const foreign = [...pictures, ...document.querySelectorAll('iframe, object, embed')];
    const steers = text => /[\u202a-\u202e\u200b\u0007]/u.test(text);
    const steered = [...document.querySelectorAll('*')].filter(one =>
        [...one.attributes].some(({value}) => steers(value)) ||
        [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && steers(node.data)));
    return [...scripts, ...acting, ...foreign, ...steered].map(one => one.outerHTML.slice(0, 300));
}"""


async def test_what_somebody_stored_stays_text(demo: Demo, chromium: Browser) -> None:
    async with aiohttp.ClientSession() as http:
        hub = Hub(http, demo)
        hers = await hostile_agent(hub)
        desk, admin = await Desk.open(chromium, demo.hub, EN), await Desk.open(chromium, demo.hub, FA)
        alarms, marks = Alarms(), set[str]()
        await asyncio.gather(alarms.watch(desk), alarms.watch(admin))
        await desk.sign_in(attack("agent"), PASSWORD)
        await admin.sign_in("Kian", demo.notes["passwords"]["Kian"])
        said = await hostile_conversation(hub, desk, hers)
        await asyncio.gather(*(looked_at(one, alarms, marks) for one in (desk, admin)))
        await files_do_not_run(desk, alarms, said)
    assert alarms.raised == []
    assert [field for field in SEEN if f"stored-{field}" not in marks] == [], "not shown anywhere, so nothing is proven"


async def looked_at(desk: Desk, alarms: Alarms, marks: set[str]) -> None:
    """Every page, and addresses that say a script."""

    async def look(_: str) -> None:
        await alarms.look(desk.page)
        shown = await desk.page.locator("body").inner_text()
        marks.update(f"stored-{field}" for field in SEEN if f"stored-{field} <img src=x" in shown)

    await pages.visit_all(desk, look)
    if desk.words is EN:  # hers to answer
        await desk.go("/inbox/mine")
        await desk.open_conversation("stored-customer")
        await desk.composer.press_sequentially("/bad")
        await expect(desk.page.get_by_text("stored-canned").first).to_be_visible()
        await look("canned answers")
        await desk.write("")
    for path in REFLECTED:
        await desk.go(path)
        await pages.settled(desk)
        await look(path)


async def hostile_agent(hub: Hub) -> str:
    """The id of an agent whose name and team are attacks, who is there for customers."""
    teams = (await hub.call("admin", "GET", "/teams"))["items"]
    support = next(one["id"] for one in teams if one["name"] == "Support")
    team = (await hub.call("admin", "POST", "/teams", {"name": attack("team")}))["id"]
    await hub.colleague(attack("agent"), language="en", role="agent", teams=[support, team])
    agents = (await hub.call("admin", "GET", "/agents"))["items"]
    hers = str(next(one["id"] for one in agents if one["name"].startswith("stored-agent")))
    await hub.call("admin", "POST", f"/agents/{hers}/presence", {"presence": "available", "reason": attack("reason")})
    return hers


async def hostile_conversation(hub: Hub, desk: Desk, hers: str) -> dict[str, Any]:
    """Her customer writes, she notes and answers with files; each text of it is an attack. The answer."""
    point = f"tel:{PHONE}"
    one = {
        "name": attack("customer"),
        "owner": hers,
        "contact_points": [point],
        "attributes": {"city": attack("attribute")},
    }
    await hub.call("admin", "POST", "/customers", one)
    canned = {"shortcut": "bad", "title": attack("canned"), "text": long_attack("text")}
    await hub.call("admin", "POST", "/canned-answers", canned)
    await text(hub.http, hub.demo, PHONE, long_attack("message"))
    await picture(hub, PHONE, "see", name="x.svg", data=SVG)
    conversation = await hub.conversation(attack("customer"))
    await hub.call("admin", "POST", f"/conversations/{conversation['id']}/notes", {"text": long_attack("note")})
    uploaded = [await upload(desk, name, body) for name, body in FILES.items()]
    path = f"/conversations/{conversation['id']}"
    said = await ask(desk, "POST", f"{path}/messages", {"text": long_attack("answer"), "files": uploaded})
    await ask(desk, "POST", f"{path}/resolve", {"topic": attack("topic"), "outcome": attack("outcome")})
    await text(hub.http, hub.demo, PHONE, long_attack("message"))
    return dict(said)


_ASK = """async ([method, path, body, bytes]) => {
    const headers = {'X-Peyvand': 'desk', 'Content-Type': bytes ? 'application/octet-stream' : 'application/json'};
    const sent = bytes ? new Uint8Array(bytes) : body && JSON.stringify(body);
    const answer = await fetch('/api/v1' + path, {method, headers, body: sent});
    return [answer.status, await answer.text()];
}"""


async def ask(desk: Desk, method: str, path: str, body: Any = None, *, data: bytes = b"") -> Any:
    """As the desk itself asks the hub, as whoever sits at it; also where it takes its time (202)."""
    status, said = await desk.page.evaluate(_ASK, [method, path, body, list(data) if data else None])
    assert status < 300, said
    answer = json.loads(said)
    if status != 202:
        return answer
    place = answer["outcome"].removeprefix("/api/v1")
    done = await until(lambda: ask(desk, "GET", place), lambda outcome: outcome["state"] != "pending")
    assert done["state"] == "done", done
    return done.get("interaction", done)


async def upload(desk: Desk, name: str, data: bytes) -> str:
    uploaded = await ask(desk, "POST", f"/files?{urlencode({'name': name})}", data=data)
    return str(uploaded["id"])


_SEEN_BY_THE_BROWSER = """async path => {
    const answer = await fetch(path, {cache: 'no-store'});
    const script = document.createElement('script');
    const tried = await new Promise(done => {
        script.onload = () => done('ran');
        script.onerror = () => done('refused');
        script.src = path;
        document.head.append(script);
    });
    script.remove();
    return [Object.fromEntries(answer.headers), tried];
}"""


async def files_do_not_run(desk: Desk, alarms: Alarms, said: dict[str, Any]) -> None:
    """Each of them is a thing to be saved, whatever it says it is, and no page of ours can be made to run it."""
    assert len(said["media"]) == len(FILES)
    await desk.go("/me")
    await pages.settled(desk)
    for file in said["media"]:
        path = f"/api/v1/interactions/{said['id']}/media/{file['position']}"
        headers, script = await desk.page.evaluate(_SEEN_BY_THE_BROWSER, path)
        assert script == "refused", file
        assert headers["content-type"] in HARMLESS, file
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-disposition"].startswith('attachment; filename="')
        assert headers["content-security-policy"] == "default-src 'none'; sandbox"
        page = await desk.context.new_page()
        async with page.expect_download():
            with pytest.raises(PlaywrightError, match="Download is starting"):
                await page.goto(desk.page.url.partition("/desk")[0] + path)
        await page.close()
    await alarms.look(desk.page)
