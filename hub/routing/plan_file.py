"""Reading ``config/routing.toml`` into a ``Plan``. What is wrong is told all at once, each with its place."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, TypeVar

import msgspec

from hub.errors import SettingsInvalid
from hub.model import Channel, Priority
from hub.routing.plan import ChannelRules, HandOver, Plan, Pool, Step, Who

Seconds = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1, le=32767)]


Part = TypeVar("Part")

_CHOICES = {"hand_over": HandOver, "pool": Pool, "who": Who}


class _Part(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A part of the file; a misspelt name is an error."""


class _Step(_Part, frozen=True):
    number: Count
    who: Who
    wait: Seconds
    within_days: Count | None = None


class _Channel(_Part, frozen=True):
    pool: Pool
    weight: Count
    reply_within: Seconds
    warn_at: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    weightless_after: Seconds
    idle_after: Seconds
    steps: tuple[_Step, ...]
    hand_over: HandOver = HandOver.ASSIGN
    offer_within: Seconds = 30


class _Presence(_Part, frozen=True):
    connected_within: Seconds
    gone_after: Seconds
    uncertain_for: Seconds


class _File(_Part, frozen=True):
    version: Count
    priority_targets: dict[Priority, Seconds]
    presence: _Presence
    channels: dict[Channel, Any]


def load(config: Mapping[str, Any], *, path: str = "config/routing.toml") -> Plan:
    """The plan in a parsed ``routing.toml``. Raises ``SettingsInvalid`` with every problem found, named by its path."""
    problems: list[str] = []
    file = _read(config, _File, "", problems)
    channels = _channels(file, problems) if file else {}
    if problems or file is None:
        raise SettingsInvalid([f"{path}: {problem}" for problem in problems])
    return Plan(
        version=file.version,
        channels={channel: _rules(part) for channel, part in channels.items()},
        targets={priority: timedelta(seconds=n) for priority, n in file.priority_targets.items()},
        connected_within=timedelta(seconds=file.presence.connected_within),
        gone_after=timedelta(seconds=file.presence.gone_after),
        uncertain_for=timedelta(seconds=file.presence.uncertain_for),
    )


def _read(given: object, kind: type[Part], place: str, problems: list[str]) -> Part | None:
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        said = str(error).replace("`$.", f"`{place}." if place else "`")
        for name, choices in _CHOICES.items():
            if said.startswith("Invalid enum value") and said.endswith(f"{name}`"):
                said = f"{said}: one of {', '.join(choices)}"
        problems.append(said if place in said else f"{said} - at `{place}`")
        return None


def _channels(file: _File, problems: list[str]) -> dict[Channel, _Channel]:
    read: dict[Channel, _Channel] = {}
    for channel, given in file.channels.items():
        place = f"channels.{channel}"
        if not isinstance(given, dict):
            problems.append(f"{place}: must be a table")
        elif "like" in given:
            problems += _unlike(file, given, place)
        elif (part := _read(given, _Channel, place, problems)) is not None:
            read[channel] = part
            problems += _wrong_steps(part, place)
    if missing := sorted(set(Priority) - file.priority_targets.keys()):
        problems.append(f"priority_targets: has no {', '.join(missing)}")
    if Channel.SMS not in file.channels:
        problems.append("channels.sms: is missing; its rules hold for every channel that has none of its own")
    alike = {channel: given["like"] for channel, given in file.channels.items() if channel not in read and not problems}
    return read | {channel: read[other] for channel, other in alike.items()}


def _unlike(file: _File, given: Mapping[str, Any], place: str) -> Iterator[str]:
    if len(given) > 1:
        yield f"{place}: is like another channel, so it cannot have rules of its own"
    if "like" in file.channels.get(given["like"], {"like": ""}):
        yield f"{place}.like: {given['like']!r} is no channel with rules of its own"


def _wrong_steps(part: _Channel, place: str) -> Iterator[str]:
    numbers = [step.number for step in part.steps]
    if numbers != sorted(set(numbers)):
        yield f"{place}.steps: the numbers must rise, and are {numbers}"
    if not part.steps or part.steps[-1].who is not Who.TEAM:
        yield f"{place}.steps: the last must ask the team, or whom nobody named would wait for ever"


def _rules(part: _Channel) -> ChannelRules:
    days = [step.within_days for step in part.steps if step.within_days is not None]
    return ChannelRules(
        steps=[Step(step.number, step.who, timedelta(seconds=step.wait)) for step in part.steps],
        hand_over=part.hand_over,
        offer_within=timedelta(seconds=part.offer_within),
        pool=part.pool,
        weight=part.weight,
        reply_within=timedelta(seconds=part.reply_within),
        warn_at=part.warn_at,
        weightless_after=timedelta(seconds=part.weightless_after),
        idle_after=timedelta(seconds=part.idle_after),
        remembers=timedelta(days=max(days, default=0)),
    )
