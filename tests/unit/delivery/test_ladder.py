"""Receipts come late, twice and out of order: any order gives the same end, and nothing descends."""

from hypothesis import given
from hypothesis import strategies as st

from hub.delivery.ladder import FINAL, RANK, climbs
from hub.model import DeliveryStatus

S = DeliveryStatus
REPORTS = st.lists(st.sampled_from([S.ACCEPTED, S.SENT, S.DELIVERED, S.READ]), min_size=1, max_size=8)
ANY = st.lists(st.sampled_from(list(S)), max_size=10)


def end(reports: list[DeliveryStatus], start: DeliveryStatus = S.QUEUED) -> DeliveryStatus:
    status = start
    for report in reports:
        status = report if climbs(status, report) else status
    return status


@given(REPORTS.flatmap(lambda reports: st.tuples(st.just(reports), st.permutations(reports))))
def test_any_order_ends_the_same(both: tuple[list[DeliveryStatus], list[DeliveryStatus]]) -> None:
    reports, shuffled = both
    assert end(reports) == end(shuffled) == end(reports + shuffled)


@given(ANY)
def test_nothing_descends(reports: list[DeliveryStatus]) -> None:
    status = S.QUEUED
    for report in reports:
        before, status = status, end([report], status)
        assert RANK[status] >= RANK[before]
        assert before not in FINAL or status is before


@given(st.permutations([S.UNDELIVERED, S.SENT, S.ACCEPTED]))
def test_a_failure_is_the_end_wherever_it_comes(reports: list[DeliveryStatus]) -> None:
    assert end(reports) is S.UNDELIVERED
    assert end([*reports, S.READ, S.DELIVERED]) is S.UNDELIVERED


def test_delivered_is_not_taken_back_and_may_yet_be_read() -> None:
    assert end([S.DELIVERED, S.FAILED]) is S.DELIVERED
    assert end([S.DELIVERED, S.READ]) is S.READ


def test_every_status_has_its_place() -> None:
    assert RANK.keys() == set(S)
    assert max(RANK[s] for s in (S.QUEUED, S.SENDING, S.UNKNOWN)) <= 15 < min(RANK[s] for s in (S.ACCEPTED, S.SENT))
