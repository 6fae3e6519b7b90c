"""Alarms and dashboard: they name metrics and labels that the code has, and the docs name each alarm."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase
from ruamel.yaml import YAML

from hub import metrics

HERE = Path(__file__).parents[2]
DOCS = (HERE / "docs" / "operating.md").read_text(encoding="utf-8")
RULES = [rule for group in YAML(typ="safe").load(HERE / "deploy" / "alerts.yml")["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((HERE / "deploy" / "grafana-dashboard.json").read_text(encoding="utf-8"))
OURS = [one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]
NAMED = re.compile(r"\b(hub_[a-z_]+)(?:\{([^}]*)\})?")
GROUPED = re.compile(r"\bby \(([^)]*)\)")
OF_PROMETHEUS = {"instance", "job", "le"}


def samples(metric: MetricWrapperBase) -> set[str]:
    """What a scrape calls it."""
    name = metric._name
    if metric._type == "histogram":
        return {f"{name}_bucket", f"{name}_sum", f"{name}_count"}
    return {f"{name}_total" if metric._type == "counter" else name}


LABELS = {name: set(metric._labelnames) for metric in OURS for name in samples(metric)}


def expressions() -> Iterator[tuple[str, str]]:
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]


ALL = list(expressions())


def test_all_metrics_are_known_here() -> None:
    registered = {name for name in REGISTRY._names_to_collectors if name.startswith("hub_")}
    assert LABELS.keys() <= registered
    assert len(OURS) == (HERE / "hub" / "metrics.py").read_text(encoding="utf-8").count('("hub_')


@pytest.mark.parametrize(("where", "expression"), ALL, ids=[where for where, _ in ALL])
def test_what_is_asked_for_exists(where: str, expression: str) -> None:
    named = NAMED.findall(expression)
    assert named or expression.startswith("up{"), where
    labels: set[str] = set()
    for name, matchers in named:
        assert name in LABELS, f"{where}: there is no {name}"
        asked = set(re.findall(r"(\w+)\s*[=!]", matchers))
        assert asked <= LABELS[name] | OF_PROMETHEUS, f"{where}: {name} has no label {asked}"
        labels |= LABELS[name]
    for group in GROUPED.findall(expression):
        assert {label.strip() for label in group.split(",")} <= labels | OF_PROMETHEUS, where


def test_every_metric_is_watched_somewhere() -> None:
    watched = {name for _, expression in ALL for name, _ in NAMED.findall(expression)}
    assert [one._name for one in OURS if not samples(one) & watched] == []


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_each_alarm_says_what_to_do_and_is_in_the_docs(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"].keys() == {"summary", "do"}
    assert f"`{rule['alert']}`" in DOCS


def test_every_metric_has_its_line_with_its_labels_in_the_docs() -> None:
    for one in OURS:
        (name, *_) = sorted(samples(one), key=len)
        shown = name.removesuffix("_sum") if one._type == "histogram" else name
        labels = "{" + ",".join(one._labelnames) + "}" if one._labelnames else ""
        assert f"| `{shown}{labels}` |" in DOCS, f"{shown}{labels}"


def test_the_dashboard_is_one_that_grafana_imports() -> None:
    assert {"title", "uid", "schemaVersion", "templating", "panels"} <= DASHBOARD.keys()
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    variables = {one["name"] for one in DASHBOARD["templating"]["list"]}
    text = json.dumps(DASHBOARD)
    used = set(re.findall(r"\$\{?(\w+)", text))
    assert used - {"__rate_interval", "__all"} == variables
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    cells = [
        (x, y) for at in places for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(cells) == len(set(cells)), "panels lie on each other"
    assert max(x for x, _ in cells) < 24
