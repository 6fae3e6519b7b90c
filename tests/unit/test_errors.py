"""The tree in the docstring of ``hub.errors`` is the tree there is."""

import re
from collections.abc import Iterator

from hub import errors
from hub.errors import HubError

TREE = (errors.__doc__ or "").partition("HubError\n")[2]
NAME = re.compile(r"[ │├└─]*── ([A-Z]\w+)")


def every(kind: type[HubError]) -> Iterator[type[HubError]]:
    for one in kind.__subclasses__():
        if one.__module__ == errors.__name__:
            yield one
            yield from every(one)


def lines() -> dict[str, str]:
    """Each error with its line of the tree."""
    return {found[1]: line for line in TREE.splitlines() if (found := NAME.match(line))}


def test_every_error_stands_in_the_tree_and_nothing_else() -> None:
    assert set(lines()) == {one.__name__ for one in every(HubError)}


def test_where_retrying_begins_to_pay_the_tree_says_so() -> None:
    marked = {name for name, line in lines().items() if line.endswith("(retryable)")}
    assert marked == {one.__name__ for one in every(HubError) if one.retryable and "retryable" in vars(one)}
