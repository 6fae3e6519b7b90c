"""A sandbox started again in the same place shows the threads it had."""

from pathlib import Path

from hub.sandbox.kept import keep
from hub.sandbox.model import Draft, sample_account
from hub.sandbox.records import HubAnswer
from hub.sandbox.state import Sandbox

OURS, SARA = "+12025550100", "+989121234567"


def opened(file: Path) -> Sandbox:
    sandbox = Sandbox([sample_account()])
    keep(sandbox, file)
    return sandbox


def test_threads_and_what_became_of_each_message_are_there_again(tmp_path: Path) -> None:
    file = tmp_path / "var" / "sandbox.jsonl"
    first = opened(file)
    hers = first.receive(SARA, OURS, "سلام، سفارش من کجاست؟")
    assert hers is not None
    first.answered(hers, HubAnswer(200, 3.5))
    ours = first.accept(Draft(first.accounts[hers.account_sid], OURS, SARA, "همین الان"))
    first.move(ours, "delivered")
    waiting = first.accept(Draft(first.accounts[hers.account_sid], OURS, SARA, "…"))
    with file.open("ab") as broken:
        broken.write(b'{"sid": "SM')

    again = opened(file)

    assert again.thread(SARA, OURS, 10) == [hers, ours, waiting]
    assert again.under_way() == [waiting]
    assert again.totals == first.totals
    assert again.accepted == first.accepted
    assert file.stat().st_mode & 0o077 == 0
    assert len(file.read_bytes().splitlines()) == 3, "only the last of each message is carried on"


def test_who_stopped_has_stopped_and_a_reset_forgets(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.jsonl"
    first = opened(file)
    stop = first.receive(SARA, OURS, "STOP")
    assert stop is not None
    stop.opt_out_type, _ = first.opt_outs.hear(OURS, SARA, "STOP")
    first.answered(stop, HubAnswer(200, 1.0))

    again = opened(file)
    assert (OURS, SARA) in again.opt_outs
    again.reset()
    assert not opened(file).messages


def test_messages_of_another_account_are_not_this_ones(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.jsonl"
    opened(file).receive(SARA, OURS, "hi")
    other = Sandbox([sample_account(name="second")])
    keep(other, file)
    assert not other.messages
