"""A third party's adapter may be wrong in any way: its account is then unusable, with a reason, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hub.bootstrap import adapter_of
from hub.errors import SettingsInvalid
from hub.settings import Settings, load


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def create(account): return account.settings['number']", "the adapter sms_theirs failed with KeyError"),
        ("def create(account): return None", "the adapter sms_theirs failed with AttributeError"),
        ("create = 7", "has no function create"),
        ("raise RuntimeError('at import')", "cannot be imported: RuntimeError: at import"),
        ("def create(account:", "cannot be imported: SyntaxError"),
        ("import not_installed", "cannot be imported: No module named"),
    ],
    ids=range(6),
)
def test_what_is_wrong_is_a_reason(
    code: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    name = f"theirs_{request.node.callspec.id}"
    (tmp_path / f"{name}.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    settings = replace(Settings(), adapters={"sms_theirs": f"{name}:create"})
    with pytest.raises(SettingsInvalid, match=says):
        adapter_of(settings, "sms_theirs/a", "sms_theirs", {}, {"key": "a-secret-that-is-long"})


def test_it_is_named_in_the_environment_or_in_the_file() -> None:
    named = load({"HUB_ADAPTERS": "sms_toy=toy_sms:create, voice_toy = toys.voice:make"}).adapters
    assert named == {"sms_toy": "toy_sms:create", "voice_toy": "toys.voice:make"}


def test_a_price_is_ours_to_check_and_never_the_adapters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "strict_sms.py").write_text("def create(account):\n    raise RuntimeError(sorted(account.settings))\n")
    monkeypatch.syspath_prepend(tmp_path)
    settings = replace(Settings(), adapters={"sms_strict": "strict_sms:create"})
    price = {"segment_price.amount": "0.0079", "segment_price.currency": "USD"}
    with pytest.raises(SettingsInvalid, match="failed with RuntimeError"), capture_logs() as logged:
        adapter_of(settings, "sms_strict/a", "sms_strict", {"numbers": "+1", **price}, {})
    assert "segment_price" not in str(logged)
    with pytest.raises(SettingsInvalid, match=r"account sms_strict/a: segment_price must be like"):
        adapter_of(settings, "sms_strict/a", "sms_strict", price | {"segment_price.amount": "much"}, {})
