"""axe-core looks at a page: what somebody who cannot see it, or not well, would stumble over (WCAG 2.2)."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

_SOURCE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """async only => {
    const options = only ? {runOnly: {type: 'rule', values: only}} : {};
    const {violations} = await axe.run(document, {...options, resultTypes: ['violations']});
    return violations.map(({id, help, nodes}) => ({
        id, help, nodes: nodes.map(({target, failureSummary}) => [target.join(' '), failureSummary]),
    }));
}"""
CONTRAST = ["color-contrast"]
"""The rules for which light and dark differ."""


@cache
def _source() -> str:
    assert _SOURCE.is_file(), "axe-core is not here: `make pages` installs what the pages are built and tested with"
    return _SOURCE.read_text()


async def violations(page: Page, *, only: list[str] | None = None) -> list[str]:
    """Everything it finds, a line each; ``only`` by these rules. The page's policy stays as it is."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_source())
    found: list[dict[str, Any]] = await page.evaluate(_RUN, only)
    return [
        f"{one['id']} ({one['help']}): {target}: {' '.join(said.split())}"
        for one in found
        for target, said in one["nodes"]
    ]
