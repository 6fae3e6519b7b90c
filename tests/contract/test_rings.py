"""The rings: what a test asks for decides whether it runs, and nothing is left out in silence."""

import pytest

pytest_plugins = ["pytester"]

NOWHERE = "postgresql://127.0.0.1:1/none"
CASES = """
    import pytest

    @pytest.fixture
    def postgres_url(pytestconfig):
        return "never given"

    @pytest.fixture
    def second_hand(postgres_url):
        return postgres_url

    def test_plain():
        assert True

    def test_asks(second_hand):
        assert True

    @pytest.mark.postgres
    def test_marked():
        assert True
"""
BARE_MACHINE = """
    import shutil
    from tests.services import docker, postgres

    docker.engine_answers = lambda: False
    shutil.which = lambda command, **_: None

    def pytest_configure(config):
        import dataclasses
        from tests import rings
        bare = dataclasses.replace(rings.POSTGRES, usual=(), local=None, container=None)
        rings.SERVICES = (bare,)
        rings.FIXTURES = {"postgres_url": bare}
"""


@pytest.fixture
def bare(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A machine without the service, seen by a run in a process of its own."""
    for name in ("CI", "HUB_TEST_DATABASE_URL", "HUB_TEST_INSTALL"):
        monkeypatch.delenv(name, raising=False)
    pytester.makeconftest(BARE_MACHINE)
    pytester.makepyfile(CASES)
    return pytester


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-p", "tests.rings", "-p", "no:cacheprovider", *arguments)


def test_at_home_what_is_missing_is_listed(bare: pytest.Pytester) -> None:
    result = run(bare)

    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["not run: ring 2 (PostgreSQL): no PostgreSQL found* (2 tests)"])
    assert result.outlines[-1].startswith("=")
    assert "1 passed, 2 skipped" in result.outlines[-1]


def test_several_processes_list_it_once(bare: pytest.Pytester) -> None:
    result = run(bare, "-n", "2")

    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["not run: ring 2 (PostgreSQL): no PostgreSQL found* (2 tests)"])
    assert "1 passed, 2 skipped" in result.outlines[-1]


def test_under_ci_what_is_missing_fails(bare: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    result = run(bare)

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1, errors=2)


def test_what_asks_for_a_service_is_marked(bare: pytest.Pytester) -> None:
    run(bare, "-m", "not postgres").assert_outcomes(passed=1, deselected=2)


@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["alone", "several"])
def test_a_named_server_that_does_not_answer_stops_the_run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, processes: tuple[str, ...]
) -> None:
    monkeypatch.setenv("HUB_TEST_DATABASE_URL", NOWHERE)
    pytester.makepyfile(CASES)

    result = run(pytester, *processes)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*HUB_TEST_DATABASE_URL says postgresql://127.0.0.1:1/none, but no PostgreSQL*"])
