"""`hub serve` and `hub work` meet in real services; what is embedded in one process is not shared."""

import pytest

from hub.cli.apart import apart
from hub.errors import SettingsInvalid
from hub.settings import Settings

ALL = {"database_url": "postgresql://db/hub", "amqp_url": "amqp://mq/", "redis_url": "redis://cache/0"}


@pytest.mark.parametrize("missing", [["amqp_url"], ["redis_url"], ["database_url", "amqp_url", "redis_url"]])
def test_each_missing_service_is_named_with_its_mend(missing: list[str]) -> None:
    settings = Settings(**{name: url for name, url in ALL.items() if name not in missing})  # type: ignore[arg-type]
    with pytest.raises(SettingsInvalid) as refused:
        apart(settings, "`hub work`")
    assert [problem.split(":")[0] for problem in refused.value.problems] == [f"HUB_{one.upper()}" for one in missing]
    assert all("`hub work` needs" in problem and "`hub up`" in problem for problem in refused.value.problems)


def test_with_all_three_it_may_start() -> None:
    apart(Settings(**ALL), "`hub serve`")  # type: ignore[arg-type]
