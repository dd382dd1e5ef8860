"""Precision and recall on printed names: the sets are fair, and what the document says of them is so."""

from __future__ import annotations

import pytest

from ccin_ld.build import Build
from ccin_ld.ingest.match import open_directory
from ccin_ld.namespaces import CCIN, RDFS, SKOS
from ccin_ld.reconcile.known import compared
from ccin_ld.reconcile.queries import Query

from ..conftest import ROOT
from . import measure

MEMBERS = {
    name: {row.bodies[0] for row in measure.rows(name) if row.expect == "match"} for name in measure.SETS
}


def test_tuning_and_measuring_are_on_different_bodies() -> None:
    assert not MEMBERS["tuning"] & MEMBERS["measuring"]
    assert min(map(len, MEMBERS.values())) >= 30


def test_there_are_enough_names_of_each_sort() -> None:
    rows = measure.rows("measuring")
    assert len(rows) == len({row.printed for row in rows})
    expected = [row.expect for row in rows]
    assert expected.count("match") >= 60
    assert expected.count("ambiguous") >= 5
    assert expected.count("none") >= 30


@pytest.mark.parametrize("name", measure.SETS)
def test_no_name_is_in_the_register_or_a_list_of_aliases(name: str, built: Build) -> None:
    known = {compared(one) for body in open_directory(ROOT / "data" / "reference").bodies
             for one in (body.name, *body.other_names, *body.accepted, body.row.get("official_name_cy", ""))}  # fmt: skip
    labels = (RDFS + "label", SKOS + "altLabel", SKOS + "prefLabel", CCIN + "officialName")
    known |= {compared(str(one.object.value)) for label in labels for one in built.store.triples_with(label)}  # type: ignore[union-attr]
    assert [
        row.printed for row in measure.rows(name) if row.expect == "match" and compared(row.printed) in known
    ] == []


def test_every_body_is_there(built: Build) -> None:
    for name in measure.SETS:
        for row in measure.rows(name):
            assert row.expect in ("match", "ambiguous", "none")
            for body in row.bodies:
                assert built.index.item(f"{built.base.iri}id/{body}"), body


def test_what_is_measured(built: Build) -> None:
    ones = measure.measure("measuring", measure.matcher(built))
    precision, recall = measure.precision_and_recall([(one.wanted, one.matched) for one in ones])
    assert precision >= 0.98
    assert recall >= 0.9


def test_no_name_of_another_council_is_matched(built: Build) -> None:
    """Whole, abbreviated, and with a letter left out: the register knows them, and knows them apart."""
    found = measure.matcher(built)
    others = [name for one in built.index.namings() if one.iri is None for name in one.names]
    written = {
        *others,
        *map(abbreviated, others),
        *(name[:place] + name[place + 1 :] for name in others for place in (1, len(name) // 2)),
    }
    assert len(written) > 3_000
    matched = {
        name: [one.name for one in found.match(Query((name,), limit=1)) if one.match]
        for name in sorted(written)
    }
    assert {name: names for name, names in matched.items() if names} == {}


def abbreviated(name: str) -> str:
    for whole, short in (("London Borough of ", "LB "), ("Metropolitan Borough Council", "MBC"), ("Borough Council", "BC"), ("District Council", "DC"), ("City Council", "CC"), ("County Council", "CC"), ("Combined Authority", "CA")):  # fmt: skip
        name = name.replace(whole, short)
    return name


def test_what_an_ambiguous_name_may_mean_is_offered(built: Build) -> None:
    found = measure.matcher(built)
    for name in measure.SETS:
        for one in measure.measure(name, found):
            if one.row.expect == "ambiguous":
                assert one.matched is None, one.row.printed
                assert set(one.row.bodies) <= set(one.keys[:3]), one.row.printed


def test_the_document_tells_what_is_measured(built: Build) -> None:
    text = measure.DOCUMENT.read_text(encoding="utf-8")
    assert measure.with_section(text, measure.table(built)) == text
