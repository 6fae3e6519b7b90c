"""A configuration in which text messages are offered and not assigned."""

from pathlib import Path

from hub.settings import CONFIG


def offering(folder: Path, *, within: int = 30) -> dict[str, str]:
    """The settings that name it; each offer waits so many seconds."""
    shipped = (CONFIG / "routing.toml").read_text(encoding="utf-8")
    theirs = shipped.replace('hand_over = "assign"', 'hand_over = "offer"')
    theirs = theirs.replace("offer_within = 30", f"offer_within = {within}")
    if theirs.count('hand_over = "offer"') != 1 or theirs.count(f"offer_within = {within}") != 1:
        raise LookupError("the shipped routing.toml is not as it was")
    folder.mkdir()
    (folder / "routing.toml").write_text(theirs, encoding="utf-8")
    return {"HUB_CONFIG_DIR": str(folder)}
