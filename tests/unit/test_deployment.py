"""docker-compose.yml and Dockerfile: no test runs them, so they are held against the specification and the code."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from hub.cli.app import COMMANDS, hub
from hub.cli.running import GRACE
from hub.sandbox import sample_account
from hub.settings import Settings

HERE = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = YAML(typ="safe").load(HERE / "docker-compose.yml")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if "build" in one}
DOCKERFILE = (HERE / "Dockerfile").read_text(encoding="utf-8")
VARIABLE = re.compile(r"\$\{(\w+)(:[-?])?([^}]*)\}")
each_service = pytest.mark.parametrize("name", SERVICES)
each_of_ours = pytest.mark.parametrize("name", OURS)


def settings_of(environment: dict[str, Any]) -> set[str]:
    return {name for name in environment if name.startswith("HUB_")}


def seconds(given: str) -> float:
    return float(given.removesuffix("s"))


def test_it_is_what_the_compose_specification_says() -> None:
    tool = str(Path(sys.executable).with_name("check-jsonschema"))
    file = str(HERE / "docker-compose.yml")
    command = [tool, "--builtin-schema", "vendor.compose-spec", file]
    said = subprocess.run(command, check=False, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr


def test_what_is_in_it() -> None:
    assert SERVICES.keys() == {"postgres", "rabbitmq", "redis", "migrate", "web", "workers", "sandbox"}
    assert [name for name, one in SERVICES.items() if "profiles" in one] == ["sandbox"]
    images = [SERVICES[name]["image"] for name in ("postgres", "rabbitmq", "redis")]
    assert [image.partition(":")[0] for image in images] == ["postgres", "rabbitmq", "redis"]
    assert (images[0][9:11], images[1][9:10]) == ("18", "4")
    assert SERVICES["workers"]["deploy"]["replicas"] >= 2


@each_service
def test_each_service_has_a_version_a_health_check_limits_and_no_rights(name: str) -> None:
    one = SERVICES[name]
    assert re.fullmatch(r"[a-z]+:\d[\w.-]*", one["image"])
    check = one["healthcheck"]
    assert ("test" in check) != (check.get("disable", False) and one["restart"] == "no")
    assert one["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}
    assert (one["cap_drop"], one["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
    assert not one.get("privileged")
    assert name in OURS or one["user"] not in {"root", "0"}


@each_service
def test_only_loopback_is_published_and_nothing_but_web_without_the_demo(name: str) -> None:
    published = SERVICES[name].get("ports", [])
    assert all(port.startswith("127.0.0.1:") for port in published)
    assert bool(published) == (name in {"web", "sandbox"})
    assert set(SERVICES[name]["networks"]) <= COMPOSE["networks"].keys()
    if name in {"postgres", "rabbitmq", "redis", "migrate"}:
        assert SERVICES[name]["networks"] == ["back"]
    assert COMPOSE["networks"]["back"]["internal"]


@each_of_ours
def test_each_command_and_each_of_its_flags_is_one_of_the_program(name: str) -> None:
    command, *rest = OURS[name]["command"]
    assert command in COMMANDS
    found = hub.get_command(click.Context(hub), command)
    assert found is not None
    flags = {flag for one in found.params for flag in one.opts}
    assert {word for word in rest if word.startswith("--")} <= flags


@each_of_ours
def test_each_setting_is_one_of_the_program_and_none_is_in_two_places(name: str) -> None:
    one = OURS[name]
    known = {f"HUB_{field.name.upper()}" for field in fields(Settings)}
    assert settings_of(one.get("environment", {})) <= known
    assert set(re.findall(r"\bHUB_\w+(?==)", DOCKERFILE)) <= known
    assert one["read_only"]
    assert one["init"]
    assert seconds(one["stop_grace_period"]) > GRACE


def test_the_order_of_starting() -> None:
    for name in ("web", "workers"):
        conditions = {on: how["condition"] for on, how in SERVICES[name]["depends_on"].items()}
        assert conditions.pop("migrate") == "service_completed_successfully"
        assert conditions == dict.fromkeys(("postgres", "rabbitmq", "redis"), "service_healthy")


def test_what_must_outlive_a_container_is_in_a_volume_of_a_name() -> None:
    kept = {
        volume.partition(":")[0]: volume.partition(":")[2]
        for one in SERVICES.values()
        for volume in one.get("volumes", ())
    }
    named = {name: where for name, where in kept.items() if not name.startswith(".")}
    assert named == {"postgres": "/var/lib/postgresql", "rabbitmq": "/var/lib/rabbitmq", "spool": "/var/lib/peyvand"}
    assert named.keys() == COMPOSE["volumes"].keys()
    assert SERVICES["rabbitmq"]["hostname"] == "rabbitmq", "its data belongs to a node of this name"
    assert all((HERE / name).is_file() for name in kept if name.startswith("."))


def test_no_secret_has_a_default_and_the_docs_say_how_to_make_each() -> None:
    text = (HERE / "docker-compose.yml").read_text(encoding="utf-8")
    docs = (HERE / "docs" / "operating.md").read_text(encoding="utf-8")
    demanded = {name for name, how, _ in VARIABLE.findall(text) if how == ":?"}
    assert demanded == {"POSTGRES_PASSWORD", "RABBITMQ_PASSWORD", "REDIS_PASSWORD", "HUB_SECRET_KEY", "HUB_PUBLIC_URL"}
    given = {name: default for name, how, default in VARIABLE.findall(text) if how == ":-"}
    assert not any(given[name] for name in given if "TOKEN" in name or "PASSWORD" in name or "SECRET" in name)
    assert all(f"\n{name}=" in docs for name in demanded)
    assert all(name in docs for name in given)


def test_the_demo_speaks_to_the_sandbox_beside_it() -> None:
    account = sample_account()
    lines = (HERE / "deploy" / "demo.env").read_text(encoding="utf-8").splitlines()
    assert dict(line.split("=", 1) for line in lines if not line.startswith("#")) == {
        "HUB_PUBLIC_URL": "http://web:8080",
        "HUB_TWILIO_API_URL": "http://sandbox:8081",
        "HUB_TWILIO_ACCOUNT_SID": account.sid,
        "HUB_TWILIO_AUTH_TOKEN": account.auth_token,
        "HUB_TWILIO_NUMBERS": ",".join(account.numbers),
    }
    command = SERVICES["sandbox"]["command"]
    assert command[command.index("--webhook-url") + 1] == "http://web:8080"
    assert command[command.index("--public-url") + 1] == "http://sandbox:8081", "the hub fetches pictures only there"


def test_the_image_is_built_of_what_is_there_and_runs_as_nobody() -> None:
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert "--require-hashes --only-binary :all: -r locks/runtime.txt" in DOCKERFILE
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)
    assert 'ENTRYPOINT ["hub"]' in last
    assert "HEALTHCHECK" in last
    assert not re.search(r"pip install|apt-get|gcc", last)
    taken = [line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY") and "--from" not in line]
    taken = [[path for path in paths if not path.startswith("frontend/")] for paths in taken]  # the folder is taken too
    let_in = {line[1:] for line in (HERE / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {path for paths in taken for path in paths} == let_in
    assert all((HERE / path).exists() for path in let_in)
    oldest = re.search(r'requires-python = ">=3\.(\d+)"', (HERE / "pyproject.toml").read_text(encoding="utf-8"))
    python = re.search(r"PYTHON=3\.(\d+)-slim", DOCKERFILE)
    assert oldest
    assert python
    assert int(python[1]) >= int(oldest[1])
