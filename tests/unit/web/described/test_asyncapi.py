"""What is said of events is valid by the official schema, whole, and byte for byte what travels."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft7Validator

from hub.bus.contract import Topology
from hub.cli.app import hub
from hub.events import REGISTRY
from hub.web.described.asyncapi import document
from hub.web.shapes.live import SENT, TAKEN
from workers import WORKERS

ROOT = Path(__file__).parents[4]
OFFICIAL = json.loads(gzip.decompress((ROOT / "tests/fixtures/asyncapi/3.0.0.json.gz").read_bytes()))
DOCUMENT = json.loads(json.dumps(document(WORKERS), default=str))
MESSAGES = DOCUMENT["components"]["messages"]


def test_it_is_valid() -> None:
    Draft7Validator(OFFICIAL).validate(DOCUMENT)


def test_every_reference_leads_somewhere() -> None:
    def follow(what: Any) -> None:
        if isinstance(what, dict):
            if "$ref" in what:
                found: Any = DOCUMENT
                for step in what["$ref"].removeprefix("#/").split("/"):
                    found = found[step]
            for value in what.values():
                follow(value)
        elif isinstance(what, list):
            for value in what:
                follow(value)

    follow(DOCUMENT)


def test_it_holds_every_event_and_every_frame() -> None:
    sent, taken = ({f"live.{type(one).__struct_config__.tag}" for one in frames} for frames in (SENT, TAKEN))
    both = {f"{name}.{way}" for name in sent & taken for way in ("send", "receive")}
    assert set(MESSAGES) == set(REGISTRY) | (sent ^ taken) | both
    assert len(SENT) + len(TAKEN) == len(sent ^ taken) + len(both)


def test_the_queues_are_those_of_the_bus() -> None:
    lanes = [
        channel["address"].replace("{prefix}.", "").replace("{shard}", shard)
        for channel in DOCUMENT["channels"].values()
        if "parameters" in channel
        for shard in channel["parameters"]["shard"]["enum"]
    ]
    assert sorted(lanes) == sorted(Topology(WORKERS).lanes)
    taken = {name for channel in DOCUMENT["channels"].values() for name in channel["messages"]}
    assert taken >= set(REGISTRY)


@pytest.mark.parametrize("name", MESSAGES)
def test_every_example_is_what_it_is_an_example_of(name: str) -> None:
    schema = {**MESSAGES[name]["payload"], "components": DOCUMENT["components"]}
    for example in MESSAGES[name]["examples"]:
        Draft7Validator(schema).validate(example["payload"])


@pytest.mark.parametrize("name", REGISTRY)
def test_the_example_is_the_golden_one(name: str) -> None:
    golden = json.loads((ROOT / "tests/fixtures/events" / f"{name}.json").read_text(encoding="utf-8"))
    assert MESSAGES[name]["examples"][0]["payload"] == golden


def test_what_the_command_prints_is_the_same() -> None:
    printed = CliRunner().invoke(hub, ["asyncapi"], catch_exceptions=False)
    assert json.loads(printed.stdout) == DOCUMENT
