"""The shapes against data with one fault each, in both engines; the words, the places and the report."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pyoxigraph as ox
import pytest

from ccin_ld import record
from ccin_ld.dataset import shipped_ontology
from ccin_ld.derivation import Conflict
from ccin_ld.errors import BadInput
from ccin_ld.namespaces import CCIN, PREFIXES, RDF, RDFS, SH, SHAPES, SKOS
from ccin_ld.validation import ENGINES, Finding, Report, conflict_findings, locate, validate

FAULTLESS = Path(__file__).parent / "faultless.ttl"
NET = "https://example.org/net/"
ENGINE_NAMES = [name for name in ENGINES if find_spec(name)]
needs_both = pytest.mark.skipif(
    len(ENGINE_NAMES) < len(ENGINES) and os.environ.get("CCIN_LD_REQUIRE") != "all",
    reason="the extra 'fast' is not installed",
)


@cache
def ontology() -> tuple[ox.Triple, ...]:
    """The terms and the general concepts, with the labels that a build derives."""
    triples = [t for name in ("ccin.ttl", "concepts.ttl") for t in record.read(shipped_ontology() / name)]
    label, name = ox.NamedNode(RDFS + "label"), ox.NamedNode(SKOS + "prefLabel")
    return (*triples, *(ox.Triple(t.subject, label, t.object) for t in triples if t.predicate == name))


@cache
def shapes() -> tuple[ox.Triple, ...]:
    return tuple(record.read(shipped_ontology() / "shapes.ttl"))


def turtle(text: str) -> list[ox.Triple]:
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    return record.parse(f"{head}@base <{NET}id/> .\n{text}".encode(), "a test")


def changed(without: str = "", more: str = "") -> list[ox.Triple]:
    """The faultless data less some triples and with some more."""
    data, gone = record.read(FAULTLESS), turtle(without)
    assert set(gone) <= set(data), "the test takes away what is not there"
    return [*ontology(), *(t for t in data if t not in gone), *turtle(more)]


def text(term: object) -> str:
    """Return the IRI of a node, or the words of a literal."""
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def own(data: Sequence[ox.Triple], engine: str) -> Report:
    return validate(data, shapes(), engine=engine)


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_faultless_data_has_no_findings(engine: str) -> None:
    report = own(changed(), engine)
    assert report.to_text() == "Nothing is wrong."
    assert report.conforms


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that can be wrong: what to change in the faultless data, and who must say what about it."""

    name: str
    without: str = ""
    more: str = ""
    shape: str
    component: str
    words: str


_TABLE = tomllib.loads((Path(__file__).parent / "faults.toml").read_text(encoding="utf-8"))
FAULTS = [Fault(**row) for row in _TABLE["fault"]]
WARNINGS = [Fault(component="MinCount", **row) for row in _TABLE["warning"]]


@cache
def report_of(fault: Fault, engine: str) -> Report:
    """Return what an engine finds in the data with one fault; several tests look at it."""
    return own(changed(fault.without, fault.more), engine)


@pytest.mark.parametrize("engine", ENGINE_NAMES)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault(fault: Fault, engine: str) -> None:
    report = report_of(fault, engine)
    found = [f for f in report.findings if f.shape == SHAPES + fault.shape and fault.component in f.component]
    assert found, report.to_text()
    assert fault.words in found[0].message
    assert found[0].severity == "violation"
    assert found[0].hint
    assert not report.conforms


@pytest.mark.parametrize("engine", ENGINE_NAMES)
@pytest.mark.parametrize("warning", WARNINGS, ids=lambda warning: warning.name)
def test_warning(warning: Fault, engine: str) -> None:
    report = own(changed(warning.without, warning.more), engine)
    assert [(f.shape, f.severity) for f in report.findings] == [(SHAPES + warning.shape, "warning")]
    assert warning.words in report.findings[0].message
    assert report.conforms
    assert report.counts == {"violation": 0, "warning": 1, "info": 0}


@needs_both
def test_engines_agree_on_every_fault_at_once() -> None:
    data = changed()
    for fault in [*FAULTS, *WARNINGS]:
        gone = set(turtle(fault.without))
        data = [t for t in data if t not in gone] + turtle(fault.more)
    assert len(own(data, "pyshacl").findings) >= len(FAULTS) // 2
    assert own(data, "shacl") == own(data, "pyshacl")


def test_every_property_shape_with_a_limit_is_tried() -> None:
    """A shape that no fault reaches is a shape that nobody has seen fail."""
    limits = {
        SH + name for name in ("minCount", "maxCount", "class", "pattern", "in", "lessThanOrEquals", "sparql")
    }
    typed = {text(t.subject) for t in shapes() if t.object == ox.NamedNode(SH + "PropertyShape")}
    limited = {text(t.subject) for t in shapes() if t.predicate.value in limits} & typed
    tried = {SHAPES + fault.shape for fault in [*FAULTS, *WARNINGS]}
    untried = {shape.removeprefix(SHAPES) for shape in limited - tried}
    # Alike in form to one that is tried: a class, or one value at most.
    assert untried <= {
        "centroid", "derived-from", "described-on", "digest", "fills", "form", "former-gss-code", "licence",
        "nation", "never-shown-in", "not-always-shown-in", "not-after", "participant", "project-kind", "region", "took-part",
        "top-concept-of", "within", "claim-project",
    }  # fmt: skip


def test_auto_takes_an_installed_engine() -> None:
    assert own(changed(), "auto") == own(changed(), "pyshacl")


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(BadInput, match="is no SHACL engine"):
        own(changed(), "guess")


def test_an_engine_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccin_ld.validation.engines.find_spec", lambda name: name == "pyshacl")
    with pytest.raises(BadInput, match="not installed"):
        own(changed(), "shacl")
    assert own(changed(), "auto").conforms


def test_shapes_that_cannot_be_used_are_an_error_not_a_pass() -> None:
    broken = turtle(
        "<s> a sh:NodeShape ; sh:targetClass ccin:Project ; sh:property <p> . <p> sh:path 7 ; sh:minCount 1 ."
    )
    for engine in ENGINE_NAMES:
        with pytest.raises(BadInput, match="the shapes cannot be used"):
            validate(changed(), broken, engine=engine)


def test_no_shapes_are_an_error_not_a_pass() -> None:
    for engine in ENGINE_NAMES:
        with pytest.raises(BadInput, match="no shapes"):
            validate(changed(), [], engine=engine)


def test_a_component_without_a_sentence_still_says_which_property() -> None:
    rules = turtle(
        "<s> a sh:NodeShape ; sh:targetClass ccin:Network ; sh:property <p> . "
        '<p> sh:path skos:prefLabel ; sh:name "Name"@en ; sh:maxLength 3 .'
    )
    for engine in ENGINE_NAMES:
        message = validate(changed(), rules, engine=engine).findings[0].message
        assert message == 'The network: “Name” ("The network"@en) does not keep the rule for it.'


def test_words_name_the_thing_the_value_and_what_to_do() -> None:
    report = own(changed("", "<council/sample> ccin:area <area/e92000001> ."), "auto")
    assert report.findings[0].message == (
        "Sample Council: “Area” is given twice "
        f"(Sample <{NET}id/area/e00000001>, England <{NET}id/area/e92000001>), and it may be given once."
    )
    assert report.findings[0].hint == (
        "Keep the right one and take the others out. The place that it serves or belongs to."
    )


def test_what_leads_to_a_thing_taken_back_is_told_so() -> None:
    gone = "<council/sample> a ccin:Tombstone ."
    data = [
        t
        for t in changed()
        if not (t.subject == ox.NamedNode(f"{NET}id/council/sample") and t.predicate.value == RDF + "type")
    ]
    found = own([*data, *turtle(gone)], "auto").findings
    told = [one for one in found if "which was taken back" in one.message]
    assert told
    assert {one.severity for one in told} == {"violation"}
    assert all("Take back what says so too" in (one.hint or "") for one in told)
    assert not [
        one for one in found if "of which nothing says" in one.message and "council/sample" in one.message
    ]


def test_no_message_speaks_of_rdf() -> None:
    for fault in FAULTS:
        for finding in report_of(fault, ENGINE_NAMES[0]).findings:
            # Without what is quoted from the data.
            said = re.sub(r'<[^>]*>|"[^"]*"', "", f"{finding.message} {finding.hint}")
            assert not re.search(r"\b(RDF|triple|literal|node|IRI|URI|datatype|constraint|shape)\b", said), (
                said
            )


class TestPlaces:
    """Where a finding can be mended."""

    def located(self, tmp_path: Path, old: str, new: str) -> Finding:
        file = tmp_path / "graphs" / "first.ttl"
        file.parent.mkdir()
        whole = FAULTLESS.read_text()
        assert old in whole
        file.write_text(whole.replace(old, new))
        triples = record.read(file)
        report = validate([*ontology(), *triples], shapes())
        return locate(report, {shipped_ontology() / "ccin.ttl": ontology(), file: triples}).findings[0]

    def line(self, finding: Finding) -> str:
        assert finding.file
        assert finding.line
        return finding.file.read_text().splitlines()[finding.line - 1]

    def test_a_wrong_value_is_at_its_own_line(self, tmp_path: Path) -> None:
        finding = self.located(tmp_path, '"E00000009"', '"E9"')
        assert self.line(finding) == '    ccin:formerGssCode "E9" ;'

    def test_one_of_several_values_is_at_its_own_line(self, tmp_path: Path) -> None:
        one = "    ccin:tookPart <https://example.org/net/id/network/net> ;\n"
        finding = self.located(tmp_path, one, one + "    ccin:tookPart <https://example.org/net/id/x/x> ;\n")
        assert self.line(finding) == "    ccin:tookPart <https://example.org/net/id/x/x> ;"

    def test_something_missing_is_at_the_thing(self, tmp_path: Path) -> None:
        finding = self.located(tmp_path, "    ccin:address <https://example.org/first/> ;\n", "")
        assert self.line(finding) == f"<{NET}id/page/first>"

    def test_a_moved_base_finds_the_same_line(self, tmp_path: Path) -> None:
        finding = self.located(tmp_path, '"E00000009"', '"E9"')
        assert finding.file
        old = replace(finding, focus=finding.focus.replace(NET, "http://localhost:8000/"))
        node = ox.NamedNode(old.focus)
        value = ox.Triple(node, ox.NamedNode(CCIN + "formerGssCode"), ox.Literal("E9"))
        assert (
            locate(Report.of([old.at(None, None)]), {finding.file: [value]}).findings[0].line == finding.line
        )

    def test_what_no_file_holds_has_no_place(self) -> None:
        finding = Finding("warning", NET + "id/x/y", None, None, SH + "X", None, "Something.")
        assert locate(Report.of([finding]), {FAULTLESS: record.read(FAULTLESS)}).findings[0].place == ""

    def test_text_begins_with_file_and_line(self, tmp_path: Path) -> None:
        finding = self.located(tmp_path, '"E00000009"', '"E9"')
        assert finding.to_text().startswith(f"{tmp_path}/graphs/first.ttl:{finding.line}: violation\n")
        assert finding.to_dict()["file"] == "graphs/first.ttl"


class TestReport:
    """The report as text, as data and as SHACL's own terms."""

    def report(self) -> Report:
        return own(changed(WARNINGS[0].without, FAULTS[1].more), "auto")

    def test_violations_come_first_and_are_counted(self) -> None:
        report = self.report()
        assert [f.severity for f in report.findings] == ["violation", "warning"]
        assert report.to_text().endswith("\n\n1 violation, 1 warning.")
        assert report.to_dict()["counts"] == {"violation": 1, "warning": 1, "info": 0}

    def test_order_does_not_depend_on_the_engine(self) -> None:
        report = self.report()
        assert Report.of(reversed(report.findings)) == report

    def test_rdf_has_no_blank_nodes_and_all_results(self) -> None:
        report = self.report()
        triples = report.triples(NET + "quality")
        assert not any(isinstance(term, ox.BlankNode) for t in triples for term in (t.subject, t.object))
        results = [text(t.subject) for t in triples if t.object == ox.NamedNode(SH + "ValidationResult")]
        assert results == [f"{NET}quality#result-1", f"{NET}quality#result-2"]

    def test_rdf_is_what_shacl_asks_of_a_report(self) -> None:
        """SHACL, section 3.6.2: what each result must have."""
        triples = self.report().triples(NET + "quality")
        of_first = {t.predicate.value for t in triples if text(t.subject).endswith("#result-1")}
        needed = {
            "focusNode",
            "resultSeverity",
            "sourceConstraintComponent",
            "resultPath",
            "sourceShape",
            "resultMessage",
        }
        assert {SH + name for name in needed} | {RDF + "type"} <= of_first

    @pytest.mark.parametrize(("findings", "expected"), [(True, "false"), (False, "true")])
    def test_rdf_conforms_only_without_any_result(self, findings: bool, expected: str) -> None:
        """SHACL, section 3.6.1.1."""
        report = own(changed(WARNINGS[0].without if findings else ""), "auto")
        assert report.conforms
        said = [text(t.object) for t in report.triples(NET) if t.predicate.value == SH + "conforms"]
        assert said == [expected]


def test_sources_that_disagree_are_a_warning_that_names_them() -> None:
    years = [ox.Literal(year) for year in ("2020", "2019")]
    names = {"urn:p": "First project", "urn:s": "the sheet", "urn:c": "the capture"}
    conflict = Conflict("urn:p", CCIN + "fromYear", years[0], ("urn:s",), ((years[1], ("urn:c",)),))
    findings = conflict_findings([conflict], lambda iri: names.get(iri, iri))
    assert [f.message for f in findings] == [
        "First project: sources disagree about “from year”. "
        'Shown is "2020" (the sheet); others say "2019" (the capture).'
    ]
    report = Report.of([]).with_more(findings)
    assert report.conforms
    assert report.counts["warning"] == 1
