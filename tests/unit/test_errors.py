"""The tree in the docstring of ``hub.errors`` is the tree there is."""

import re
from collections.abc import Iterator

from hub import errors
from hub.errors import HubError

TREE = (errors.__doc__ or "").partition("HubError\n")[2]
NAME = re.compile(r"\b[A-Z][a-z]+[A-Z]\w*|\b(?:Refused|Conflict|Overtaken|Redirected|Rejected|Throttled|Unavailable)\b")


def every(kind: type[HubError]) -> Iterator[type[HubError]]:
    for one in kind.__subclasses__():
        if one.__module__ == errors.__name__:
            yield one
            yield from every(one)


def lines() -> dict[str, str]:
    """Each error with its line of the tree."""
    found = {}
    for line in TREE.splitlines():
        told = line.lstrip(" │├└─")
        for name in NAME.findall(told if "  NotAllowed" in told else told.partition(" ")[0]):
            found[name] = line
    return found


def test_every_error_stands_in_the_tree_and_nothing_else() -> None:
    assert set(lines()) == {one.__name__ for one in every(HubError)}


def test_where_retrying_begins_to_pay_the_tree_says_so() -> None:
    marked = {name for name, line in lines().items() if line.endswith("(retryable)")}
    assert marked == {one.__name__ for one in every(HubError) if one.retryable and "retryable" in vars(one)}
