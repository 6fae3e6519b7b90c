"""The two forms of a customer file, CSV and JSON lines, line by line and with what is wrong in each. Pure."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from hub.errors import InputInvalid
from hub.model import ContactPoint, contact_point

COLUMNS = ("id", "name", "language", "owner", "contact_points")
FORMS = ("csv", "jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One customer of a file. ``number`` is the line's; ``owner`` an agent's name."""

    number: int
    contact_points: tuple[ContactPoint, ...]
    id: UUID | None = None
    name: str | None = None
    language: str | None = None
    owner: str | None = None


@dataclass(slots=True)
class Problems:
    """What is wrong with a file: one sentence a line, with its number."""

    found: list[str] = field(default_factory=list)

    def add(self, number: int, what: str) -> None:
        """Note one."""
        self.found.append(f"line {number}: {what}")


def form_of(path: str, form: str | None) -> str:
    """``csv`` or ``jsonl``: as said, else by the file's name. Raises ``InputInvalid`` if neither tells."""
    if form:
        return form
    known = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}
    if (found := known.get(Path(path).suffix.lower())) is None:
        raise InputInvalid(f"{path} does not say whether it is CSV or JSON lines", mend="give --format csv or jsonl")
    return found


def read(file: IO[str], form: str, problems: Problems) -> Iterator[Line]:
    """The customers of a file; what cannot be read is noted and passed over."""
    rows = _csv_rows(file, problems) if form == "csv" else _json_rows(file, problems)
    for number, row in rows:
        if (line := _line(number, row, problems)) is not None:
            yield line


def _csv_rows(file: IO[str], problems: Problems) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(file, restkey="more", strict=True)
    try:
        reader.fieldnames = [head.strip().lower() for head in reader.fieldnames or ()]
        if _heads_good(reader.fieldnames, problems):
            for row in reader:
                if row.pop("more", None):
                    problems.add(reader.line_num, "has more cells than the first line has names")
                points = (row.get("contact_points") or "").replace(";", " ").split()
                yield reader.line_num, {**row, "contact_points": points}
    except csv.Error as error:
        problems.add(reader.line_num, f"is no CSV: {error}")


def _heads_good(heads: Sequence[str], problems: Problems) -> bool:
    if "contact_points" not in heads:
        problems.add(1, f"must name the columns, of which contact_points is needed: {', '.join(COLUMNS)}")
    if unknown := [head for head in heads if head not in COLUMNS]:
        problems.add(1, f"unknown column {', '.join(map(repr, unknown))}; there are {', '.join(COLUMNS)}")
    return not problems.found


def _json_rows(file: IO[str], problems: Problems) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except ValueError as error:
            problems.add(number, f"is no JSON: {error}")
            continue
        if not isinstance(row, dict):
            problems.add(number, "must be one JSON object")
        elif unknown := row.keys() - set(COLUMNS):
            problems.add(number, f"unknown field {', '.join(sorted(unknown))}; there are {', '.join(COLUMNS)}")
        else:
            yield number, row


def _line(number: int, row: dict[str, Any], problems: Problems) -> Line | None:
    before = len(problems.found)
    points = _points(number, row.get("contact_points"), problems)
    texts = {name: _text(number, name, row.get(name), problems) for name in ("name", "language", "owner", "id")}
    id_ = _uuid(number, texts.pop("id"), problems)
    if len(problems.found) > before:
        return None
    return Line(number=number, contact_points=points, id=id_, **texts)


def _points(number: int, given: Any, problems: Problems) -> tuple[ContactPoint, ...]:
    if not isinstance(given, list) or not given:
        problems.add(number, "needs at least one contact point, e.g. +989121234567 or mailto:sara@example.ir")
        return ()
    points = []
    for one in given:
        try:
            points.append(point_of(one))
        except InputInvalid as error:
            problems.add(number, f"contact point {one!r}: {error}{'; ' + error.mend if error.mend else ''}")
    return tuple(dict.fromkeys(points))


def point_of(given: Any) -> ContactPoint:
    """A contact point as ``hub.model.contact_point`` reads it. Raises ``InputInvalid``."""
    if not isinstance(given, str) or not given.strip():
        raise InputInvalid("must be text")
    return contact_point(given)


def _text(number: int, name: str, given: Any, problems: Problems) -> str | None:
    if given is None or given == "":
        return None
    if not isinstance(given, str) or "\x00" in given or len(given) > 500:
        problems.add(number, f"{name} must be text of at most 500 characters")
        return None
    return given.strip() or None


def _uuid(number: int, given: str | None, problems: Problems) -> UUID | None:
    try:
        return UUID(given) if given else None
    except ValueError:
        problems.add(number, f"id {given!r} is none; leave it out for new customers")
        return None


def written(rows: Iterable[dict[str, Any]], form: str) -> Iterator[str]:
    """The lines of a file with these customers, its head first."""
    if form == "csv":
        yield ",".join(COLUMNS) + "\n"
    for row in rows:
        if form == "csv":
            yield _csv_line([" ".join(row[name]) if name == "contact_points" else row[name] for name in COLUMNS])
        else:
            yield json.dumps({name: row[name] for name in COLUMNS}, ensure_ascii=False) + "\n"


def _csv_line(cells: list[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow("" if cell is None else cell for cell in cells)
    return buffer.getvalue()
