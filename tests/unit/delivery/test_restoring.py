"""What of a database's print counts as another life of it."""

import pytest

from hub.delivery.restoring import changes, learns
from hub.delivery.store.restored import Print

NOTED = Print("7", "5", "16400", "00000001")


@pytest.mark.parametrize(
    ("now", "noted", "changed", "learnt"),
    [
        (NOTED, None, [], True),
        (NOTED, NOTED, [], False),
        (NOTED._replace(timeline="00000002"), NOTED, ["timeline"], False),
        (NOTED._replace(server="8", tables="1"), NOTED, ["server", "tables"], False),
        (NOTED._replace(server="-", timeline="-"), NOTED, [], False),
        (NOTED, NOTED._replace(server="-"), [], True),
        (NOTED._replace(server="-", tables="1"), NOTED, ["tables"], False),
        (NOTED._replace(timeline=None), NOTED._replace(timeline="-"), [], False),
    ],
)
def test_only_what_both_know_can_have_changed(
    now: Print, noted: Print | None, changed: list[str], *, learnt: bool
) -> None:
    assert (changes(now, noted), learns(now, noted)) == (changed, learnt)
