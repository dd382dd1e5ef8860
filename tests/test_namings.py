"""What things are called, in the index: ours by every name, and the bodies that only the register knows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ccin_ld.build import Build, identity, read
from ccin_ld.config import Settings
from ccin_ld.ingest.match import BODIES
from ccin_ld.ingest.registered import registered
from ccin_ld.iris import Base
from ccin_ld.namings import Naming

from .conftest import ROOT

ORCHARD = ROOT / "tests" / "networks" / "orchard"
OLDHAM = "https://w3id.org/ccin/id/council/oldham"


@pytest.fixture(scope="module")
def namings(built: Build) -> tuple[Naming, ...]:
    return built.index.namings()


def test_ours_are_called_as_the_record_and_the_register_have_it(namings: tuple[Naming, ...]) -> None:
    [one] = [one for one in namings if one.iri == OLDHAM]
    assert one.label == "Oldham Council"
    assert {"Oldham Council", "Oldham", "Oldham Metropolitan Borough Council", "oldham district"} <= set(
        one.names
    )
    assert one.kind == "Metropolitan district"


def test_others_have_no_iri_and_come_last(namings: tuple[Naming, ...]) -> None:
    others = [one for one in namings if one.iri is None]
    assert list(namings[-len(others) :]) == others
    assert {"Gateshead Metropolitan Borough Council", "Wyre Forest District Council"} <= {
        one.label for one in others
    }
    assert not [one for one in others if one.label.startswith("Oldham")]
    assert [one for one in others if not one.is_current]


def test_what_has_but_a_made_label_is_called_nothing(namings: tuple[Naming, ...]) -> None:
    kinds = {(one.iri or "").split("/id/")[-1].split("/")[0] for one in namings}
    assert {"council", "organisation", "project", "principle", "area"} <= kinds
    assert not kinds & {"claim", "participation", "statement", "membership"}


def test_codes_and_identifiers(built: Build) -> None:
    for code in ("E08000004", "q17017730", "http://www.wikidata.org/entity/Q17017730", "https://www.wikidata.org/entity/Q17017730/", "https://www.oldham.gov.uk"):  # fmt: skip
        assert OLDHAM in [item.iri for item in built.index.coded(code)], code
    assert built.index.coded("https://example.org/Q17017730") == []


def test_the_register_says_who_took_whose_place() -> None:
    known = {one.label: one for one in registered(ROOT / "data" / "reference", Base())}
    former = known["Scarborough Borough Council"]
    assert former.successors == (known["North Yorkshire Council"].iri,)
    assert not former.is_current
    assert known["North Yorkshire Council"].is_current
    # One that lives on in another of the same name has the year of its end in its key.
    assert len({one.iri for one in known.values()}) == len(known)
    assert known["City of Cardiff Council"].names.count("Cyngor Dinas Caerdydd") == 1


def test_without_a_register_nothing_is_registered(tmp_path: Path) -> None:
    assert registered(tmp_path, Base()) == []


def test_a_change_of_the_registers_names_makes_another_build(tmp_path: Path) -> None:
    shutil.copytree(ORCHARD, tmp_path / "data")
    settings = Settings(data_dir=tmp_path / "data", var_dir=tmp_path / "var")
    before = identity(read(settings), settings)
    reference = tmp_path / "data" / "reference"
    reference.mkdir()
    shutil.copy(ROOT / "data" / "reference" / BODIES, reference)
    assert identity(read(settings), settings) != before
