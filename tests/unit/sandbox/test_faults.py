import pytest

from hub.sandbox.faults import DEFAULT_DELAYS, Fault, Faults


def throws(faults: Faults, fault: Fault, times: int) -> list[bool]:
    return [faults.fires(fault) is not None for _ in range(times)]


def test_the_next_ones_strike_for_certain_and_no_more() -> None:
    faults = Faults(1)
    faults.set(Fault.API_429, next=2)
    assert throws(faults, Fault.API_429, 4) == [True, True, False, False]
    assert faults.fired == {Fault.API_429: 2}


def test_the_same_seed_throws_the_same_whatever_else_is_on() -> None:
    alone, among = Faults(5), Faults(5)
    for faults in (alone, among):
        faults.set(Fault.CALLBACK_LOST, probability=0.3)
    among.set(Fault.API_500, probability=0.5)
    first = throws(alone, Fault.CALLBACK_LOST, 200)
    second = [throws(among, Fault.API_500, 1) and throws(among, Fault.CALLBACK_LOST, 1)[0] for _ in range(200)]
    assert first == second
    assert 30 < sum(first) < 90
    assert throws(Faults(6), Fault.CALLBACK_LOST, 9) == [False] * 9


def test_a_delay_left_out_is_the_faults_own() -> None:
    faults = Faults(1)
    faults.set(Fault.API_SLOW, probability=1)
    rule = faults.fires(Fault.API_SLOW)
    assert rule
    assert rule.delay_s == DEFAULT_DELAYS[Fault.API_SLOW]


@pytest.mark.parametrize("wrong", [{"probability": 1.1}, {"next": -1}, {"delay_s": -1}, {"error_code": 1}])
def test_what_cannot_be_is_refused_and_changes_nothing(wrong: dict[str, float]) -> None:
    faults = Faults(1)
    before = faults.as_json()
    with pytest.raises(ValueError, match="must be"):
        faults.set(Fault.API_429, **wrong)  # type: ignore[arg-type]
    assert faults.as_json() == before
