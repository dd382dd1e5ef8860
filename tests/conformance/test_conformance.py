"""The W3C's suites over HTTP, and a look at those who judge them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from ..web.test_server import Server
from . import report
from .answers import Answer, given, same
from .run import ENGINE, OWN, TABLES, Verdict, run
from .suites import ARCHIVE, EVALUATION, OTHER, PROTOCOL, UPDATE, Case, Suites, unpack

TABLE = b'{"head":{"vars":["a","b"]},"results":{"bindings":[%s]}}'


@pytest.fixture(scope="module")
def suites(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Suites:
    return unpack(shared / ARCHIVE, tmp_path_factory.mktemp("suites"))


@pytest.fixture(scope="module")
def verdicts(suites: Suites, tmp_path_factory: pytest.TempPathFactory) -> list[Verdict]:
    folder = tmp_path_factory.mktemp("served")
    return run(suites, folder, lambda file: Server(str(file), var_dir=folder / "var"))


def test_every_failure_is_listed_and_every_listed_one_fails(verdicts: list[Verdict]) -> None:
    assert report.differences(verdicts, report.known()) == []


def test_the_endpoint_is_as_good_as_the_engine(verdicts: list[Verdict]) -> None:
    ours, of = report.total(verdicts, "json")
    alone, same_number = report.total(verdicts, ENGINE)
    assert of == same_number == 821
    assert ours >= max(alone, 785)


def test_it_is_as_good_in_every_format(verdicts: list[Verdict]) -> None:
    failed = {
        form: {one.case.name for one in verdicts if one.form == form and not one.passed} for form in TABLES
    }
    assert failed["json"] == failed["xml"] == failed["tsv"]
    assert failed["csv"] == failed["json"] - {"sparql11/csv-tsv-res#tsv03"}


def test_all_protocol_tests_pass_that_need_no_update(verdicts: list[Verdict]) -> None:
    protocol = [one for one in verdicts if one.case.kind == PROTOCOL]
    assert len(protocol) == 34
    failed = [one for one in protocol if not one.passed]
    assert all("#update_" in one.case.name and one.said.startswith("403") for one in failed)
    assert len(failed) == 7


def test_what_a_format_cannot_hold_is_answered_with_406(verdicts: list[Verdict]) -> None:
    failed = [one for one in verdicts if one.form == "jsonld" and not one.passed]
    assert len(failed) == 6
    assert all(one.said.startswith("406") for one in failed)


def test_what_is_not_run(suites: Suites) -> None:
    cases = list(suites.cases())
    assert len([one for one in cases if one.folder == "entailment"]) == 70
    assert len([one for one in cases if one.kind == OTHER]) == 32


def test_all_suites_are_there(verdicts: list[Verdict]) -> None:
    assert len({one.case.name for one in verdicts}) > 1200
    assert len([one for one in verdicts if one.case.kind == UPDATE]) > 150
    assert len([one for one in verdicts if one.form == OWN]) > 90


def test_the_document_has_the_counts(verdicts: list[Verdict]) -> None:
    text = report.DOCUMENT.read_text(encoding="utf-8")
    wanted = report.section(verdicts, report.known())
    assert report.in_document(text) == wanted, "run: python -m tests.conformance --write"


def _case(name: str) -> Case:
    return Case(name, ox.NamedNode("x:test"), EVALUATION)


def test_differences_are_seen() -> None:
    listed = [report.Known("a reason", ("v/f#listed", "v/f#gone"), ("json",))]
    passes, fails = Verdict(_case("v/f#listed"), "json", True), Verdict(_case("v/f#new"), "csv", False, "400")
    told = report.differences([passes, fails, replace(fails, form=ENGINE)], listed)
    assert told == [
        "v/f#new fails in csv and is not listed: 400",
        "v/f#listed passes in json and is listed as a failure",
        "v/f#gone",
    ]
    assert report.differences([replace(passes, passed=False)], listed[:1]) == ["v/f#gone"]
    assert report.differences([Verdict(_case("v/f#listed"), "csv", True)], listed) == ["v/f#gone"]


def row(a: str, b: str) -> str:
    return f'{{"a":{a},"b":{b}}}'


def blank(name: str) -> str:
    return f'{{"type":"bnode","value":"{name}"}}'


def text(value: str, kind: str = "string") -> str:
    return f'{{"type":"literal","value":"{value}","datatype":"http://www.w3.org/2001/XMLSchema#{kind}"}}'


def table(*rows: str) -> Answer:
    return given(TABLE % ",".join(rows).encode(), "json")


ONE, TWO = row(blank("x"), text("1")), row(blank("y"), text("2"))


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        pytest.param([ONE, TWO], [TWO, ONE], True, id="another order"),
        pytest.param([ONE], [row(blank("z"), text("1"))], True, id="another blank node"),
        pytest.param([row(blank("x"), blank("x"))], [row(blank("x"), blank("y"))], False, id="two blank nodes for one"),
        pytest.param([row(blank("x"), blank("y"))], [row(blank("x"), blank("x"))], False, id="one blank node for two"),
        pytest.param([row(blank("x"), blank("y")), row(blank("y"), blank("x"))], [row(blank("b"), blank("a")), row(blank("a"), blank("b"))], True, id="a circle"),
        pytest.param([row(blank("x"), blank("y")), row(blank("y"), blank("x"))], [row(blank("a"), blank("b")), row(blank("a"), blank("b"))], False, id="no circle"),
        pytest.param([ONE, ONE], [ONE], False, id="once for twice"),
        pytest.param([row(text("a"), text("2.0", "decimal"))], [row(text("a"), text("2", "decimal"))], True, id="one number"),
        pytest.param([row(text("a"), text("2", "integer"))], [row(text("a"), text("2", "decimal"))], False, id="another type"),
        pytest.param([row(text("a"), text("02"))], [row(text("a"), text("2"))], False, id="no number"),
    ],
)  # fmt: skip
def test_same(left: list[str], right: list[str], alike: bool) -> None:
    assert same(table(*left), table(*right)) is alike


def test_same_order() -> None:
    left, right = (
        [row(text("a"), text("1")), row(text("b"), text("2"))],
        [row(text("b"), text("2")), row(text("a"), text("1"))],
    )
    assert same(table(*left), table(*left), ordered=True)
    assert not same(table(*left), table(*right), ordered=True)


def test_reduced() -> None:
    assert same(table(ONE, ONE, TWO), table(ONE, TWO), lax=True)
    assert not same(table(ONE, TWO), table(ONE, ONE, TWO), lax=True)
    assert not same(table(ONE, TWO), table(ONE), lax=True)


def test_letters() -> None:
    wanted = table(row(blank("x"), text("2.0", "decimal")), row('{"type":"uri","value":"x:y"}', text("a, b")))
    assert same(wanted, given(b'a,b\r\n_:q,2\r\nx:y,"a, b"\r\n', "csv"))
    assert not same(wanted, given(b'a,b\r\n_:q,2\r\nx:y,"a,b"\r\n', "csv"))
    assert not same(wanted, given(b"a,b\r\n_:q,2\r\n", "csv"))
    assert same(True, given(b"true\r\n", "csv"))
    assert not same(False, given(b"true\n", "tsv"))


def test_graphs() -> None:
    left = given(b"_:a <x:p> _:b . _:b <x:p> 1 .", "ttl")
    assert same(left, given(b"_:c <x:p> _:d . _:d <x:p> 1 .", "ttl"))
    assert not same(left, given(b"_:c <x:p> _:c . _:c <x:p> 1 .", "ttl"))
