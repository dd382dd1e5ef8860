"""What is not known: every gap of the data once, with the bodies that it is of."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from ccin_ld.build import Build
from ccin_ld.errors import BuildFailed
from ccin_ld.gaps import CONFLICT, DOUBT, NAME, NOT_KNOWN, NOT_RECORDED, Gap, gaps_of, read_gaps
from ccin_ld.iris import Base
from ccin_ld.model import Model
from ccin_ld.namespaces import CCIN, SH
from ccin_ld.validation import Finding

BASE = "https://example.org/"


def gaps_in(text: str, *findings: Finding) -> list[Gap]:
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    return gaps_of(triples, findings, Model((), Base(BASE)))


def finding(
    focus: str, component: str, message: str = "Something is not there.", **more: str | None
) -> Finding:
    return Finding("warning", focus, more.get("path"), None, component, more.get("shape"), message)


CLAIMS = f"""
@prefix ccin: <{CCIN}> . @prefix prov: <http://www.w3.org/ns/prov#> . @prefix : <{BASE}id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:body a ccin:Body . :network a ccin:Body , ccin:Network .
:project a ccin:Project ; rdfs:label "A project" ; ccin:lead :body ; ccin:tookPart :body , :other ;
  ccin:fromYear "2020" ; ccin:projectKind :kind .
:other a ccin:Body .
:one ccin:claimState ccin:notKnown ; ccin:project :project ; ccin:principle :known .
:two ccin:claimState ccin:met ; ccin:project :project ; ccin:principle :known .
:three ccin:claimState ccin:notKnown ; ccin:project :project ; ccin:principle :unknown ;
  prov:wasDerivedFrom :capture .
:four ccin:claimState ccin:notKnown ; ccin:project :project ; ccin:principle :unknown .
:capture ccin:form :form . :unknown rdfs:label "Kindness" ; ccin:neverShownIn :form .
"""


def test_a_claim_is_not_known_when_no_capture_knows() -> None:
    (gap,) = [one for one in gaps_in(CLAIMS) if one.kind == NOT_KNOWN]
    assert (gap.about, gap.name, gap.bodies) == (f"{BASE}id/project", "Kindness", (f"{BASE}id/body",))
    assert gap.thing == f"{BASE}id/four"
    assert gap.words == "Whether it meets “Kindness” is not known: its page has a form that never shows this."


def test_who_took_part_answers_where_no_lead_is_known() -> None:
    without = CLAIMS.replace("ccin:lead :body ;", "")
    gaps = [one for one in gaps_in(without) if one.about == f"{BASE}id/project"]
    assert {one.bodies for one in gaps} == {(f"{BASE}id/body", f"{BASE}id/other")}
    assert "Who led it is not recorded." in [one.words for one in gaps]


@pytest.mark.parametrize(
    ("component", "shape", "kind"),
    [
        (SH + "MinCountConstraintComponent", None, NOT_RECORDED),
        (SH + "MaxCountConstraintComponent", None, CONFLICT),
        (CCIN + "StatementsAgreeConstraint", None, CONFLICT),
        (CCIN + "FiguresAgreeConstraint", None, CONFLICT),
        (SH + "SPARQLConstraintComponent", "https://x/def/shapes#claim-agreement", CONFLICT),
        (SH + "PatternConstraintComponent", None, DOUBT),
    ],
)
def test_a_finding_is_a_gap_of_its_kind(component: str, shape: str | None, kind: str) -> None:
    message = "A project: the region is not there."
    made = gaps_in(
        CLAIMS, finding(f"{BASE}id/project", component, message, shape=shape, path=CCIN + "region")
    )
    (gap,) = [one for one in made if one.field == CCIN + "region"]
    assert (gap.kind, gap.words) == (kind, "The region is not there.")


def test_a_path_of_several_properties_gives_the_first() -> None:
    path = f"(<{CCIN}notBefore>|<{CCIN}notAfter>)"
    made = gaps_in(CLAIMS, finding(f"{BASE}id/four", SH + "MinCountConstraintComponent", path=path))
    assert CCIN + "notBefore" in {one.field for one in made}


def test_what_the_rules_ask_for_is_told_once() -> None:
    without = CLAIMS.replace("ccin:lead :body ;", "")
    asked = finding(f"{BASE}id/project", SH + "MinCountConstraintComponent", path=CCIN + "lead")
    assert sum(one.field == CCIN + "lead" for one in gaps_in(without, asked)) == 1


def test_a_body_without_a_statement_is_a_gap_and_the_network_is_none() -> None:
    unspoken = {one.thing for one in gaps_in(CLAIMS) if one.field == CCIN + "membershipKind"}
    assert unspoken == {f"{BASE}id/body", f"{BASE}id/other"}


def test_things_lead_to_their_bodies_in_a_circle_too() -> None:
    text = CLAIMS + ":five ccin:about :six . :six ccin:about :five ."
    made = gaps_in(text, finding(f"{BASE}id/five", SH + "MinCountConstraintComponent"))
    assert [one.bodies for one in made if one.thing == f"{BASE}id/five"] == [()]


def test_a_build_keeps_its_gaps(built: Build) -> None:
    gaps = read_gaps(built.folder)
    assert gaps is not None
    kinds = Counter(one.kind for one in gaps)
    report = json.loads((built.folder / "files" / "report.json").read_text())
    assert kinds[CONFLICT] == report["conflicts"] > 0
    found = {(one["focus"], one["message"]) for one in report["findings"]}
    assert len(found) <= kinds[NOT_RECORDED] + kinds[CONFLICT] + kinds[DOUBT]
    assert {focus for focus, _ in found} <= {one.thing for one in gaps}
    not_known = built.store.select(
        "SELECT DISTINCT ?about ?principle { ?claim ccin:claimState ccin:notKnown ; ccin:principle ?principle ;"
        " ccin:project|ccin:concerns ?about FILTER NOT EXISTS { ?other ccin:principle ?principle ;"
        " ccin:project|ccin:concerns ?about ; ccin:claimState ?state FILTER(?state != ccin:notKnown) } }"
    )
    assert kinds[NOT_KNOWN] == len(not_known) > 10
    assert all(built.index.item(one.about) for one in gaps)


def test_a_folder_without_gaps_was_not_checked(tmp_path: Path) -> None:
    assert read_gaps(tmp_path) is None
    (tmp_path / NAME).write_text("[{}]")
    with pytest.raises(BuildFailed, match=r"gaps\.json"):
        read_gaps(tmp_path)
