"""Driving a desk and the sandbox's phone in Chromium: by roles and names, as somebody finds things who cannot see them.

What the pages say against themselves (an error nobody caught, a breach of the policy) is kept in ``Desk.errors``.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FilePayload,
    Locator,
    Page,
    ViewportSize,
    async_playwright,
    expect,
)

from tests.e2e.words import EN, Words

SCREENSHOTS = "HUB_TEST_SCREENSHOTS"
"""A folder; set, each journey leaves its pictures there, to be looked at."""
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 360, "height": 740}
SECONDS = 1000.0
PATIENCE = 60 * SECONDS
expect.set_options(timeout=PATIENCE)


@asynccontextmanager
async def chromium(command: str) -> AsyncIterator[Browser]:
    """The machine's own browser."""
    options = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=command, args=options)
        try:
            yield browser
        finally:
            await browser.close()


class Desk:
    """One person's browser. ``context`` may be dropped off the network and come back."""

    def __init__(self, context: BrowserContext, page: Page, hub: str, words: Words) -> None:
        self.context, self.page, self.words, self._hub = context, page, words, hub
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(f"{error}\n{error.stack}"))
        page.on("console", self._said)

    @classmethod
    async def open(cls, browser: Browser, hub: str, words: Words = EN, *, size: ViewportSize = WIDE) -> Self:
        """A fresh browser, not signed in."""
        locale = {"en": "en-GB", "fa": "fa-IR"}[words.language]
        context = await browser.new_context(locale=locale, viewport=size, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        return cls(context, await context.new_page(), hub, words)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text and "ERR_" not in message.text:
            self.errors.append(message.text)

    # ── where one is ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def sign_in(self, name: str, password: str) -> None:
        """By name and password; returns when the desk is there, in the language wanted."""
        await self.page.goto(f"{self._hub}/desk/")
        await self.page.locator("input[name=username]").fill(name)
        await self.page.locator("input[name=password]").fill(password)
        await self.page.get_by_role("button", name=self.words.sign_in, exact=True).click()
        await expect(self.page.get_by_role("navigation").first).to_be_visible()
        await self._speak()

    async def _speak(self) -> None:
        """The desk speaks the person's own language; where the test wants the other, as she would change it."""
        if await self.page.evaluate("document.documentElement.lang") != self.words.language:
            await self.page.evaluate(
                """language => fetch('/api/v1/me', {method: 'PATCH', body: JSON.stringify({language}),
                   headers: {'X-Peyvand': 'desk', 'Content-Type': 'application/json'}})""",
                self.words.language,
            )
            await self.page.reload()
        await expect(self.page.locator("html")).to_have_attribute("dir", self.words.direction)

    async def go(self, path: str) -> None:
        """Another page of the desk, by its address."""
        await self.page.goto(f"{self._hub}/desk{path}")

    async def mark(self) -> None:
        """Leave a mark in the page, which a reload would take away."""
        await self.page.evaluate("window.marked = true")

    async def marked(self) -> bool:
        """Whether it is the same page still."""
        return bool(await self.page.evaluate("window.marked === true"))

    @property
    def lost(self) -> Locator:
        """The line that says that the hub is not there."""
        return self.page.get_by_role("status").filter(has_text=self.words.lost)

    # ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def row(self, customer: str) -> Locator:
        """Her conversation in the list."""
        return self.page.get_by_role("listitem").get_by_role("link").filter(has_text=customer)

    async def has(self, customer: str) -> None:
        """Wait until her conversation stands in the list, once."""
        await expect(self.row(customer)).to_have_count(1)

    async def lacks(self, customer: str) -> None:
        """Wait until it does not."""
        await expect(self.row(customer)).to_have_count(0)

    async def open_conversation(self, customer: str) -> None:
        """Choose it in the list and wait for its thread."""
        await self.row(customer).click()
        await expect(self.thread).to_have_attribute("aria-busy", "false")

    # ── the conversation ─────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def thread(self) -> Locator:
        """What passed in it."""
        return self.page.get_by_role("log")

    @property
    def composer(self) -> Locator:
        """Where an answer is written."""
        return self.page.get_by_role("textbox", name=self.words.answer)

    def bubble(self, text: str) -> Locator:
        """The message with this text, once the hub has it or before."""
        return self.thread.get_by_role("article").filter(has_text=text)

    async def said(self) -> list[str]:
        """The texts of the thread as they stand there, from the top."""
        return await self.thread.get_by_role("article").locator("p[dir=auto]").all_inner_texts()

    async def write(self, text: str) -> None:
        """Type an answer; it is a draft until it is sent."""
        await self.composer.fill(text)

    async def send(self, *, at_once: bool = True) -> None:
        """Send what is written, and do not wait the ten seconds in which it could be taken back."""
        await self.page.get_by_role("button", name=self.words.send, exact=True).click()
        if at_once:
            await self.page.get_by_role("button", name=self.words.send_now).last.click()

    async def answer(self, text: str) -> None:
        """Write and send."""
        await self.write(text)
        await self.send()

    async def attach(self, file: FilePayload) -> None:
        """Choose a file to go with the answer."""
        await self.page.locator("input[type=file]").set_input_files(file)

    @property
    def attached(self) -> Locator:
        """The files that will go with the answer, also those on their way."""
        return self.page.get_by_role("list", name=self.words.attached).get_by_role("listitem")

    async def take_back(self) -> None:
        """Take back the answer that is held; what it was stands in the composer again."""
        await self.page.get_by_role("button", name=self.words.take_back, exact=True).click()

    async def delivered(self, text: str) -> None:
        """Wait until it stands there once and as delivered."""
        await expect(self.bubble(text)).to_have_count(1)
        await expect(self.bubble(text).get_by_text(self.words.delivered)).to_be_attached()

    async def transfer(self, name: str, note: str = "") -> None:
        """To this agent or team, with a note."""
        await self.page.get_by_role("button", name=self.words.more).click()
        await self.page.get_by_role("menuitem", name=self.words.transfer).click()
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_role("radio", name=name).check()
        if note:
            await dialog.locator("textarea").fill(note)
        await dialog.get_by_role("button", name=self.words.transfer, exact=True).click()
        await expect(dialog).to_have_count(0)

    async def resolve(self, topic: str = "") -> None:
        """Be done with it."""
        await self.page.get_by_role("button", name=self.words.resolve, exact=True).click()
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_role("textbox").first.fill(topic)
        await dialog.get_by_role("button", name=self.words.resolve, exact=True).click()
        await expect(dialog).to_have_count(0)

    async def shot(self, name: str) -> None:
        """A picture for whoever asked for some."""
        if folder := os.environ.get(SCREENSHOTS):
            Path(folder).mkdir(parents=True, exist_ok=True)
            await self.page.screenshot(path=Path(folder) / f"{name}-{self.words.language}.png")


class Phone:
    """The first phone of the sandbox's page, with the number it writes to."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    async def open(cls, browser: Browser, sandbox: str, ours: str) -> Self:
        """Take it in hand and open the conversation with us."""
        page = await (await browser.new_context(viewport=WIDE)).new_page()
        await page.goto(sandbox)
        await page.locator(f'.slot [data-number="{ours}"]').first.click()
        return cls(page)

    async def type(self, text: str) -> None:
        """Write a text and send it."""
        box = self.page.locator(".slot textarea").first
        await box.fill(text)
        await box.press("Enter")

    async def shows(self, text: str) -> None:
        """Wait until the phone shows it, once."""
        await expect(self.page.locator(".slot").first.get_by_text(text, exact=True)).to_have_count(1)
