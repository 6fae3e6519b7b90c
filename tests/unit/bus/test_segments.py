"""The spool's files, cut and damaged anywhere."""

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hub.bus.segments import HEAD, Segment, packed, records

BODIES = st.lists(st.binary(max_size=60), max_size=12)


@given(acknowledged=BODIES, torn=BODIES, data=st.data())
def test_whatever_was_acknowledged_before_the_cut_comes_back_in_order(
    acknowledged: list[bytes], torn: list[bytes], data: st.DataObject
) -> None:
    kept = b"".join(map(packed, acknowledged))
    whole = kept + b"".join(map(packed, torn))
    cut = data.draw(st.integers(len(kept), len(whole)))
    back = [record.body for record in records(whole[:cut])]
    assert back[: len(acknowledged)] == acknowledged
    assert back == (acknowledged + torn)[: len(back)]


@given(bodies=st.lists(st.binary(min_size=1, max_size=60), min_size=3, max_size=12), data=st.data())
def test_damage_in_the_middle_takes_only_the_record_it_hits(bodies: list[bytes], data: st.DataObject) -> None:
    hit = data.draw(st.integers(0, len(bodies) - 2))
    start = sum(HEAD.size + len(body) for body in bodies[:hit])
    at = data.draw(st.integers(start, start + HEAD.size + len(bodies[hit]) - 1))
    whole = bytearray(b"".join(map(packed, bodies)))
    whole[at] ^= 0xFF
    found = list(records(bytes(whole)))
    assert [record.body for record in found if not record.damaged] == bodies[:hit] + bodies[hit + 1 :]
    assert any(record.damaged for record in found)


def test_a_file_has_one_owner_and_is_free_when_the_owner_is_gone(tmp_path: Path) -> None:
    mine = Segment.begin(tmp_path)
    mine.grown(mine.append([b"one", b"two"]), 2)
    assert Segment.adopt(mine.path) is None
    mine.close()
    adopted = Segment.adopt(mine.path)
    assert adopted is not None
    assert adopted.left == 2
    assert [record.body for record in adopted.unread(10)] == [b"one", b"two"]
    adopted.read_to = adopted.unread(1)[0].end
    assert [record.body for record in adopted.unread(10)] == [b"two"]
    adopted.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_failed_append_leaves_no_half_record(tmp_path: Path) -> None:
    mine = Segment.begin(tmp_path)
    mine.grown(mine.append([b"one"]), 1)
    os.close(mine._descriptor)
    mine._descriptor = os.open(mine.path, os.O_RDONLY)
    try:
        mine.append([b"two"])
    except OSError:
        assert mine.sealed
    else:
        raise AssertionError("a read-only file took an append")
    assert [record.body for record in mine.unread(10)] == [b"one"]
    mine.close()
