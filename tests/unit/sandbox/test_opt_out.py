from hub.sandbox.opt_out import REPLIES, OptOuts

OURS, OTHER, SARA = "+12025550100", "+12025550101", "+989121234567"


def test_stop_blocks_one_pair_and_is_confirmed_once() -> None:
    outs = OptOuts()
    assert outs.hear(OURS, SARA, " StopAll\n") == ("STOP", REPLIES["STOP"])
    assert outs.hear(OURS, SARA, "STOP") == ("STOP", None)
    assert (OURS, SARA) in outs
    assert (OTHER, SARA) not in outs


def test_start_opens_again_and_answers_only_who_had_stopped() -> None:
    outs = OptOuts()
    assert outs.hear(OURS, SARA, "yes") == ("START", None)
    outs.hear(OURS, SARA, "quit")
    assert outs.hear(OURS, SARA, "UNSTOP") == ("START", REPLIES["START"])
    assert list(outs) == []


def test_help_is_not_for_who_has_stopped() -> None:
    outs = OptOuts()
    assert outs.hear(OURS, SARA, "help") == ("HELP", REPLIES["HELP"])
    outs.hear(OURS, SARA, "stop")
    assert outs.hear(OURS, SARA, "help") == ("HELP", None)


def test_only_the_bare_english_word_counts() -> None:
    outs = OptOuts()
    for text in ("stop it", "please stop", "لغو", "لغو۱۱", "11", "stop."):
        assert outs.hear(OURS, SARA, text) == (None, None)
    assert list(outs) == []
