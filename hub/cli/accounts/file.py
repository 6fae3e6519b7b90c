"""An account's file: TOML with its settings, its tables, and where each of its secrets is found; never a secret."""

import os
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import click

from hub.errors import SettingsInvalid


@dataclass(frozen=True, slots=True)
class AccountFile:
    """``settings`` flat, ``errors.411`` for a line of a table; ``secrets``: name -> environment variable.

    ``problems`` has a sentence for every line that cannot be.
    """

    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    problems: Sequence[str] = ()


def read_file(path: Path) -> AccountFile:
    """What the file says; ``-`` is what comes in by standard input. Raises ``SettingsInvalid`` if it is no TOML."""
    try:
        written = sys.stdin.buffer.read() if path == Path("-") else path.read_bytes()
        document = tomllib.loads(written.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid([str(error)], where=f"The account's file is {path}.") from error
    secrets = document.pop("secrets", {})
    problems: list[str] = []
    if not isinstance(secrets, dict) or not all(isinstance(one, str) and one for one in secrets.values()):
        problems.append('secrets is a table of names of environment variables: api_key = "MY_API_KEY"')
        secrets = {}
    settings = dict(_flat(document, "", problems))
    return AccountFile(settings, secrets, problems)


def find_secrets(wanted: Mapping[str, str], kept: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    """Each secret from its environment variable, else as stored, else asked for, unseen, on a terminal.

    Where nobody can be asked, one that is missing is a problem, and something made up stands for it: so the rest of
    the account can still be looked at.
    """
    found = {name: os.environ.get(variable) or kept.get(name, "") for name, variable in wanted.items()}
    missing = [name for name, value in found.items() if not value]
    if missing and not sys.stdin.isatty():
        problems += [f"{wanted[name]}: set it in the environment; it is the secret {name}" for name in missing]
        return found | {name: token_hex(16) for name in missing}
    for name in missing:
        found[name] = click.prompt(f"{name} (not shown)", hide_input=True, err=True)
    return found


def _flat(table: Mapping[str, Any], before: str, problems: list[str]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.", problems)
        elif isinstance(value, bool):
            yield before + name, "true" if value else "false"
        elif isinstance(value, (str, int, float)):
            yield before + name, str(value)
        elif isinstance(value, list) and all(isinstance(one, (str, int)) for one in value):
            yield before + name, ",".join(map(str, value))
        else:
            problems.append(f"{before}{name} must be a text, a number, or a list of such")
