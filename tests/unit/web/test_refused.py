"""A refusal of routing becomes an error with a mend of its own."""

from hub.errors import Conflict
from hub.routing.refusals import Reason
from hub.web.refused import MENDS, refusal


def test_each_reason_has_its_mend() -> None:
    assert set(MENDS) == set(Reason)


def test_a_reason_of_another_version_is_a_conflict() -> None:
    for reason in (None, "asleep", 3):
        error = refusal(reason, "Mina is asleep")
        assert (type(error), error.detail) == (Conflict, "Mina is asleep")
