from pathlib import Path

import pytest

from hub.sandbox.shelf import Shelf


@pytest.mark.parametrize("kept", [True, False])
def test_bytes_are_given_back_until_they_are_dropped(tmp_path: Path, *, kept: bool) -> None:
    shelf = Shelf(tmp_path / "media" if kept else None)
    assert shelf.get("ME1") is None
    for sid in ("ME1", "ME2", "ME3"):
        shelf.put(sid, sid.encode())
    shelf.drop("ME1")
    shelf.keep_only(["ME2"])
    assert [shelf.get(sid) for sid in ("ME1", "ME2", "ME3")] == [None, b"ME2", None]


def test_only_their_owner_can_read_them_and_they_outlive_the_shelf(tmp_path: Path) -> None:
    Shelf(tmp_path / "media").put("ME1", b"x")
    assert (tmp_path / "media" / "ME1").stat().st_mode & 0o077 == 0
    assert Shelf(tmp_path / "media").get("ME1") == b"x"


def test_a_folder_that_takes_nothing_loses_nothing_until_the_end(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file is in the folder's place")
    shelf = Shelf(tmp_path / "media")
    shelf.put("ME1", b"x")
    assert shelf.get("ME1") == b"x"
