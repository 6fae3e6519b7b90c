"""Customer files: read line by line, with what is wrong in each; what is written is read again the same."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.cli.customers.files import Line, Problems, form_of, point_of, read, written
from hub.errors import InputInvalid


def lines_of(text: str, form: str = "csv") -> tuple[list[Line], list[str]]:
    problems = Problems()
    return list(read(io.StringIO(text), form, problems)), problems.found


def test_a_csv_with_persian_digits_and_two_contact_points() -> None:
    found, problems = lines_of(
        "name,language,owner,contact_points\nمریم,fa,Mina,+۹۸۹۱۲۱۲۳۴۵۶۷ mailto:Sara@Example.IR\n"
    )
    assert problems == []
    assert found == [
        Line(
            number=2,
            name="مریم",
            language="fa",
            owner="Mina",
            contact_points=("tel:+989121234567", "mailto:sara@example.ir"),  # type: ignore[arg-type]
        )
    ]


def test_json_lines() -> None:
    found, problems = lines_of('{"name": "Grace", "contact_points": ["tel:+12025550147"]}\n\n', "jsonl")
    assert problems == []
    assert [(one.number, one.name, one.contact_points) for one in found] == [(1, "Grace", ("tel:+12025550147",))]


@pytest.mark.parametrize(
    ("text", "form", "says"),
    [
        ("name\nSara\n", "csv", "line 1: must name the columns"),
        ("contact_points,phone\n", "csv", "line 1: unknown column 'phone'"),
        ("contact_points\nfrob:x\n", "csv", "line 2: contact point 'frob:x': is none"),
        ("contact_points,name\n+989121234567,A\n12,B\n", "csv", "line 3: contact point '12'"),
        ("contact_points\nx@y\n", "csv", "line 2: contact point 'x@y': is no e-mail address"),
        ("contact_points,name\n,A\n", "csv", "line 2: needs at least one contact point"),
        ("contact_points,id\n+989121234567,7\n", "csv", "line 2: id '7' is none"),
        ("contact_points\n+989121234567,more\n", "csv", "line 2: has more cells"),
        ("{\n", "jsonl", "line 1: is no JSON"),
        ("[]\n", "jsonl", "line 1: must be one JSON object"),
        ('{"phone": 1}\n', "jsonl", "line 1: unknown field phone"),
        ('{"contact_points": "tel:+1"}\n', "jsonl", "line 1: needs at least one"),
        ('{"contact_points": [5]}\n', "jsonl", "line 1: contact point 5: must be text"),
        ('{"name": 5, "contact_points": ["+989121234567"]}\n', "jsonl", "line 1: name must be text"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, form: str, says: str) -> None:
    found, problems = lines_of(text, form)
    assert any(problem.startswith(says) for problem in problems), problems
    assert all(one.name != "B" for one in found)


@given(st.text(max_size=200), st.sampled_from(["csv", "jsonl"]))
def test_garbage_is_told_and_never_raises(text: str, form: str) -> None:
    lines_of(text, form)


names = st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda text: text == text.strip()
)


@given(names, st.sampled_from(["csv", "jsonl"]))
def test_what_is_written_is_read_again_the_same(name: str | None, form: str) -> None:
    row: dict[str, Any] = {
        "id": "f3176410-f1e5-5825-8cb4-88e2238604a0",
        "name": name,
        "language": "fa",
        "owner": None,
        "contact_points": ["tel:+989121234567", "ext:crm:7"],
    }
    found, problems = lines_of("".join(written([row], form)), form)
    assert problems == []
    (one,) = found
    assert (one.name, one.language, one.owner) == (name, "fa", None)
    assert (str(one.id), list(one.contact_points)) == (row["id"], row["contact_points"])


@pytest.mark.parametrize(
    ("given_", "point"),
    [
        ("+98 912 123 4567", "tel:+989121234567"),
        ("tel:+989121234567", "tel:+989121234567"),
        ("A@B.ir", "mailto:a@b.ir"),
        ("mailto:a.b+c@مثال.ir", "mailto:a.b+c@xn--mgbh0fb.ir"),
        ("ext:crm:7", "ext:crm:7"),
    ],
)
def test_contact_points_are_normalised(given_: str, point: str) -> None:
    assert point_of(given_) == point


@pytest.mark.parametrize("given_", ["", " ", None, 5, "ext:crm", "ext::7", "chat:x", "a b@c.ir", "@c.ir", "anonymous"])
def test_what_is_none_is_refused(given_: Any) -> None:
    with pytest.raises(InputInvalid):
        point_of(given_)


def test_the_form_follows_the_name() -> None:
    assert form_of("a.CSV", None) == "csv"
    assert form_of("a.ndjson", None) == "jsonl"
    assert form_of("a.xlsx", "csv") == "csv"
    with pytest.raises(InputInvalid, match=r"a\.xlsx"):
        form_of("a.xlsx", None)
