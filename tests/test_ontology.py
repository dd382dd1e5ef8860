"""The ontology: consistent with what it stands on, complete in words, and used throughout."""

from __future__ import annotations

import ast
import csv
import json
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from ccin_ld import record
from ccin_ld.build import read
from ccin_ld.config import Settings
from ccin_ld.dataset import shipped_ontology
from ccin_ld.derivation import derive
from ccin_ld.graph import TripleIndex
from ccin_ld.model import Model
from ccin_ld.namespaces import (
    CCIN,
    DCT,
    ONTOLOGY_BASE,
    OWL,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    SH,
    SHAPES,
    SKOS,
    VANN,
    VS,
    XSD,
    shorten,
)  # fmt: skip
from ccin_ld.validation.words import SENTENCES

from .conftest import missing
from .consistency import contradictions, vocabularies

ROOT = Path(__file__).parent.parent
FAULTLESS = Path(__file__).parent / "faultless.ttl"
KINDS = {OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
Triples = tuple[ox.Triple, ...]


@cache
def file(name: str) -> Triples:
    return tuple(record.read(shipped_ontology() / name))


@cache
def index(name: str) -> TripleIndex:
    return TripleIndex(file(name))


@cache
def context() -> dict[str, Any]:
    document = json.loads((shipped_ontology() / "context.jsonld").read_text(encoding="utf-8"))
    entries: dict[str, Any] = document["@context"]
    return entries


@cache
def terms() -> dict[str, list[str]]:
    """Every term of ours with its types."""
    types: dict[str, list[str]] = defaultdict(list)
    for subject, value in index("ccin.ttl").pairs(RDF + "type"):
        if subject.startswith(CCIN) and isinstance(value, ox.NamedNode):
            types[subject].append(value.value)
    return types


def of_kind(name: str, *kinds: str) -> list[str]:
    return sorted({subject for kind in kinds for subject in index(name).of_type(kind)})


def names_in(triples: Sequence[ox.Triple]) -> set[str]:
    """Return every IRI that stands anywhere in the triples."""
    return {
        term.value
        for t in triples
        for term in (t.subject, t.predicate, t.object)
        if isinstance(term, ox.NamedNode)
    }


@pytest.fixture(scope="module")
def page() -> Triples:
    """What the committed record says of its first page, with what the build works out."""
    dataset = read(Settings(data_dir=ROOT / "data", ontology_dir=ROOT / "ontology"))
    derived = derive(dataset, Model(dataset.triples, dataset.base))
    graphs = [t for item in dataset.files if item.path.parent.name == "graphs" for t in item.triples]
    return (*graphs, *derived)


# What is said wrongly of one thing from the record, and the contradiction that must come of it.
SPOILINGS = {
    "a project is a page": ("project", "a ccin:Page", f"Disjoint classes {PROV}Activity and {PROV}Entity"),
    "a participation was derived": (
        "participation",
        "prov:wasDerivedFrom <urn:capture>",
        f"Disjoint classes {CCIN}Participation and {PROV}Entity",
    ),
    "a council is a group": (
        "council",
        "a ccin:PoliticalGroup",
        f"Disjoint classes {CCIN}Council and {CCIN}PoliticalGroup",
    ),
    "a claim is a project": ("claim", "a ccin:Project", f"Disjoint classes {PROV}Activity and {PROV}Entity"),
    "a group is on an area": (
        "group",
        "ccin:groupOn <{area}>",
        f"Disjoint classes {CCIN}Body and {CCIN}Area",
    ),
}


@pytest.fixture(scope="module")
def standing(shared: Path) -> list[ox.Triple]:
    folder = shared / "reference" / "vocabularies"
    if not folder.is_dir():
        missing(f"the folder {folder} is not there")
    return [*vocabularies(folder), *file("ccin.ttl"), *file("concepts.ttl")]


@pytest.fixture(scope="module")
def things(page: Triples) -> dict[str, str]:
    """The first thing of each kind in the record."""
    found: dict[str, str] = {}
    for iri in TripleIndex(page).subjects():
        found.setdefault(iri.removeprefix(ONTOLOGY_BASE + "id/").partition("/")[0], iri)
    return found


@pytest.fixture(scope="module")
def spoilt(standing: list[ox.Triple], page: Triples, things: dict[str, str]) -> list[str]:
    """The contradictions when every spoiling is in the data; each is of a thing of its own."""
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    lines = [f"<{things[kind]}> {said.format(**things)} ." for kind, said, _ in SPOILINGS.values()]
    return contradictions([*standing, *page, *record.parse((head + "\n".join(lines)).encode(), "spoilt")])


class TestConsistency:
    """Together with PROV-O, ORG, FOAF and SKOS, over the page's data."""

    def test_the_page_contradicts_nothing(self, standing: list[ox.Triple], page: Triples) -> None:
        assert contradictions([*standing, *page]) == []

    def test_the_faultless_sample_contradicts_nothing(self, standing: list[ox.Triple]) -> None:
        assert contradictions([*standing, *record.read(FAULTLESS)]) == []

    @pytest.mark.parametrize("name", SPOILINGS)
    def test_a_spoiling_is_caught(self, name: str, spoilt: list[str], things: dict[str, str]) -> None:
        kind, said, found = SPOILINGS[name]
        culprit = things["area"] if "{area}" in said else things[kind]
        either = {found, re.sub(r"classes (\S+) and (\S+)", r"classes \2 and \1", found)}
        assert {f"{one} have a common individual {culprit}" for one in either} & set(spoilt), spoilt

    def test_a_claim_in_two_states_is_caught(self, standing: list[ox.Triple]) -> None:
        claim = ox.NamedNode("urn:claim")
        two = [
            ox.Triple(claim, ox.NamedNode(CCIN + "claimState"), ox.NamedNode(CCIN + state))
            for state in ("met", "notKnown")
        ]
        assert any("'sameAs' and 'differentFrom'" in one for one in contradictions([*standing, *two]))


class TestTerms:
    """What every term of ours must say of itself."""

    def test_the_header_says_what_a_catalogue_of_vocabularies_asks(self) -> None:
        header = ONTOLOGY_BASE + "def/ccin"
        wanted = [
            DCT + "title",
            DCT + "description",
            DCT + "license",
            OWL + "versionInfo",
            OWL + "versionIRI",
        ]
        wanted += [VANN + "preferredNamespacePrefix", VANN + "preferredNamespaceUri"]
        assert [name for name in wanted if not index("ccin.ttl").objects(header, name)] == []

    @pytest.mark.parametrize("term", terms(), ids=shorten)
    def test_a_term_is_whole(self, term: str) -> None:
        ours = index("ccin.ttl")
        for name in (RDFS + "label", SKOS + "definition"):
            assert [text.language for text in ours.literals(term, name)] == ["en"], shorten(name)
        assert ours.literals(term, SKOS + "example")
        assert ours.iris(term, RDFS + "isDefinedBy") == [ONTOLOGY_BASE + "def/ccin"]
        assert [text.value for text in ours.literals(term, VS + "term_status")] in (["stable"], ["planned"])

    @pytest.mark.parametrize("term", terms(), ids=shorten)
    def test_a_term_is_aligned(self, term: str) -> None:
        """A super-term, or a pointer to the outside term that comes nearest."""
        ours = index("ccin.ttl")
        outside = [
            iri
            for name in (RDFS + "subClassOf", RDFS + "subPropertyOf", RDFS + "seeAlso")
            for iri in ours.iris(term, name)
        ]
        above = [
            iri
            for one in outside
            if one.startswith(CCIN)
            for iri in [
                one,
                *ours.iris(one, RDFS + "subPropertyOf"),
                *ours.iris(one, RDFS + "subClassOf"),
                *ours.iris(one, RDFS + "seeAlso"),
            ]
        ]
        assert any(not iri.startswith(CCIN) for iri in [*outside, *above])

    def test_turtle_examples_are_turtle(self) -> None:
        head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
        examples = [
            value.value
            for _, value in index("ccin.ttl").pairs(SKOS + "example")
            if isinstance(value, ox.Literal) and not value.language
        ]
        assert len(examples) >= 3
        for example in examples:
            used = {t.predicate.value for t in record.parse((head + example).encode(), "an example")}
            assert used - {RDF + "type"}

    def test_outside_terms_are_only_used(self) -> None:
        defined = {t.subject.value for t in file("ccin.ttl") if isinstance(t.subject, ox.NamedNode)}
        assert {iri for iri in defined if not iri.startswith(CCIN)} == {ONTOLOGY_BASE + "def/ccin"}

    @pytest.mark.parametrize("name", ["ccin.ttl", "shapes.ttl"])
    def test_blank_nodes_are_list_cells_and_paths_only(self, name: str) -> None:
        allowed = {RDF + "first", RDF + "rest", SH + "alternativePath", SH + "inversePath"}
        blank = {t.predicate.value for t in file(name) if isinstance(t.subject, ox.BlankNode)}
        assert blank <= allowed

    @pytest.mark.parametrize("name", ["ccin.ttl", "concepts.ttl", "shapes.ttl"])
    def test_literals_are_those_that_a_store_keeps(self, name: str) -> None:
        literals = [t.object for t in file(name) if isinstance(t.object, ox.Literal)]
        assert [one for one in literals if record.canonical_literal(one) != one] == []

    def test_concepts_are_in_the_layout_of_the_record(self) -> None:
        path = shipped_ontology() / "concepts.ttl"
        assert path.read_bytes() == record.write(record.read(path))

    def test_a_path_segment_stands_for_one_thing(self) -> None:
        pairs = [
            (value, subject)
            for name in ("ccin.ttl", "concepts.ttl")
            for subject, value in index(name).pairs(CCIN + "pathSegment")
        ]
        assert len({value for value, _ in pairs}) == len(pairs) > 12


class TestUse:
    """No undefined term anywhere; every term used, or marked as planned."""

    def used(self, page: Triples) -> set[str]:
        data = [t for path in (ROOT / "data").glob("*.ttl") for t in record.read(path)]
        # In the ontology a term is used where another one points to it, not where it is described.
        pointed = [t.object.value for t in file("ccin.ttl") if isinstance(t.object, ox.NamedNode)]
        spoken = [t.predicate.value for t in file("ccin.ttl")]
        return names_in([*page, *data, *file("concepts.ttl"), *file("shapes.ttl")]) | {*pointed, *spoken}

    def test_no_term_is_undefined(self, page: Triples) -> None:
        used = {iri for iri in self.used(page) if iri.startswith(CCIN)}
        assert used - set(terms()) == set()

    def test_no_term_is_undefined_in_the_code(self) -> None:
        assert _named_in_code() - {term.removeprefix(CCIN) for term in terms()} == set()

    def test_every_term_is_used_or_planned(self, page: Triples) -> None:
        status = {term: index("ccin.ttl").text(term, VS + "term_status") for term in terms()}
        used = self.used(page) | {CCIN + name for name in _named_in_code()}
        assert {term for term in terms() if status[term] == "stable"} - used == set()

    def test_planned_terms_are_used_nowhere_in_the_data(self, page: Triples) -> None:
        planned = {term for term in terms() if index("ccin.ttl").text(term, VS + "term_status") == "planned"}
        assert planned & names_in(page) == set()

    def test_planned_terms_are_listed_in_the_docs(self) -> None:
        text = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
        planned = {term for term in terms() if index("ccin.ttl").text(term, VS + "term_status") == "planned"}
        assert {shorten(term) for term in planned} == set(re.findall(r"^\| `(ccin:\w+)` \|", text, re.M))

    def test_concepts_that_a_network_shares_are_whole(self) -> None:
        concepts = index("concepts.ttl")
        for concept in concepts.of_type(SKOS + "Concept"):
            (scheme,) = concepts.iris(concept, SKOS + "inScheme")
            assert concepts.iris(concept, SKOS + "topConceptOf") == [scheme]
            assert concept in concepts.iris(scheme, SKOS + "hasTopConcept")
            assert [text.language for text in concepts.literals(concept, SKOS + "prefLabel")] == ["en"]
            assert concept.rpartition("/")[0].endswith(concepts.text(scheme, CCIN + "pathSegment") or "?")

    def test_every_kind_of_source_has_its_trust(self) -> None:
        concepts = index("concepts.ttl")
        kinds = concepts.iris(ONTOLOGY_BASE + "def/source-kinds", SKOS + "hasTopConcept")
        trust = {
            kind.rpartition("/")[2]: [t.value for t in concepts.literals(kind, CCIN + "trust")]
            for kind in kinds
        }
        assert trust == {
            "build": ["9"],
            "correction": ["1"],
            "hand": ["2"],
            "sheet": ["2"],
            "capture": ["3"],
            "register": ["4"],
        }

    def test_every_kind_and_tier_of_the_register_is_a_concept(self) -> None:
        path = ROOT / "data" / "reference" / "uk-councils.csv"
        if not path.is_file():
            missing(f"{path} is not there")
        with path.open(encoding="utf-8", newline="") as register:
            rows = list(csv.DictReader(register))
        labels = {
            str(value.value).casefold()
            for _, value in index("concepts.ttl").pairs(SKOS + "prefLabel")
            if isinstance(value, ox.Literal)
        }
        assert {row[column].casefold() for row in rows for column in ("type_name", "tier")} - labels == set()


def _named_in_code() -> set[str]:
    """Return the local names that the package joins to CCIN."""
    found = set()
    for path in (ROOT / "ccin_ld").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Name) and node.left.id == "CCIN":
                found |= {node.right.value} if isinstance(node.right, ast.Constant) else set()
    return {str(name) for name in found}


PROPERTY_SHAPES = of_kind("shapes.ttl", SH + "PropertyShape")
NODE_SHAPES = of_kind("shapes.ttl", SH + "NodeShape")
# The parameters of SHACL Core that our shapes may use; each needs a sentence, or sh:message.
CONSTRAINTS = {
    SH + name
    for name in (
        "minCount", "maxCount", "datatype", "class", "nodeKind", "pattern", "in", "uniqueLang", "lessThanOrEquals",
        "minInclusive", "maxInclusive", "sparql",
    )
}  # fmt: skip
WORDS = {SH + name for name in ("path", "name", "description", "order", "group", "severity", "message")}


class TestShapes:
    """The shapes as words, as an order, and as rules that every engine reads alike."""

    @pytest.mark.parametrize("shape", PROPERTY_SHAPES, ids=shorten)
    def test_a_property_shape_is_whole(self, shape: str) -> None:
        shapes = index("shapes.ttl")
        for name in ("name", "description"):
            assert [text.language for text in shapes.literals(shape, SH + name)] == ["en"], name
        assert len(shapes.literals(shape, SH + "order")) == 1
        (group,) = shapes.iris(shape, SH + "group")
        assert group in shapes.of_type(SH + "PropertyGroup")
        assert shapes.iris(shape, SH + "severity") in ([SH + "Violation"], [SH + "Warning"])
        assert len(shapes.objects(shape, SH + "path")) == 1

    @pytest.mark.parametrize("shape", PROPERTY_SHAPES, ids=shorten)
    def test_a_message_is_for_one_constraint(self, shape: str) -> None:
        shapes = index("shapes.ttl")
        limits = [value for name in CONSTRAINTS for value in shapes.objects(shape, name)]
        assert not shapes.objects(shape, SH + "message") or len(limits) == 1

    @pytest.mark.parametrize("shape", [*PROPERTY_SHAPES, *NODE_SHAPES], ids=shorten)
    def test_a_shape_says_nothing_that_has_no_words(self, shape: str) -> None:
        """No sh:or over sh:class either: one engine takes time that grows with the square of the data."""
        node = {SH + name for name in ("targetClass", "targetSubjectsOf", "property")}
        said = {t.predicate.value for t in file("shapes.ttl") if t.subject == ox.NamedNode(shape)}
        assert {name for name in said if name.startswith(SH)} <= CONSTRAINTS | WORDS | node

    def test_years_are_never_compared_as_they_stand(self) -> None:
        """Engines do not agree on which of two xsd:gYear is the later."""
        shapes = index("shapes.ttl")
        pairs = [s for s, _ in shapes.pairs(SH + "lessThanOrEquals")]
        assert pairs
        assert [s for s in pairs if shapes.iris(s, SH + "datatype") == [XSD + "gYear"]] == []

    @pytest.mark.parametrize("shape", NODE_SHAPES, ids=shorten)
    def test_a_node_shape_is_whole(self, shape: str) -> None:
        shapes = index("shapes.ttl")
        assert [text.language for text in shapes.literals(shape, RDFS + "label")] == ["en"]
        assert shapes.literals(shape, RDFS + "comment")
        assert shapes.iris(shape, SH + "targetClass") or shapes.iris(shape, SH + "targetSubjectsOf")
        assert not shapes.objects(shape, SH + "name"), "sh:name is for property shapes"

    def test_every_property_shape_is_in_a_node_shape(self) -> None:
        held = {
            value.value
            for _, value in index("shapes.ttl").pairs(SH + "property")
            if isinstance(value, ox.NamedNode)
        }
        assert held == set(PROPERTY_SHAPES)

    def test_lists_are_where_the_site_has_them(self) -> None:
        found = {
            subject.removeprefix(SHAPES): str(value.value)
            for subject, value in index("shapes.ttl").pairs(CCIN + "listPath")
            if isinstance(value, ox.Literal)
        }
        assert found == {
            "Body": "members",
            "CaseStudy": "case-studies",
            "Principle": "principles",
            "Project": "projects",
        }

    def test_every_kind_of_thing_has_a_shape(self) -> None:
        status = index("ccin.ttl")
        kinds = {
            s for s, _ in status.pairs(CCIN + "pathSegment") if status.text(s, VS + "term_status") == "stable"
        }
        targets = {
            v.value for _, v in index("shapes.ttl").pairs(SH + "targetClass") if isinstance(v, ox.NamedNode)
        }
        assert kinds - targets == set()


class TestContext:
    """ontology/context.jsonld: one key for each property, of the kind that its values are."""

    def properties(self) -> dict[str, dict[str, Any]]:
        # A reverse key ("document") says an arrow that another key says forwards.
        return {key: value for key, value in context().items() if isinstance(value, dict) and "@id" in value}

    def iri(self, entry: dict[str, Any]) -> str:
        prefix, _, local = str(entry["@id"]).partition(":")
        return PREFIXES[prefix] + local

    def test_prefixes_are_ours(self) -> None:
        assert {key: value for key, value in context().items() if key in PREFIXES} == PREFIXES

    def test_every_property_in_use_has_a_key(self, page: Triples) -> None:
        data = [t for path in (ROOT / "data").glob("*.ttl") for t in record.read(path)]
        everything = [
            *page,
            *data,
            *(t for name in ("ccin.ttl", "concepts.ttl", "shapes.ttl") for t in file(name)),
        ]
        used = {t.predicate.value for t in everything}
        paths = {v.value for _, v in index("shapes.ttl").pairs(SH + "path") if isinstance(v, ox.NamedNode)}
        ours = {term for term, types in terms().items() if set(types) & (KINDS - {OWL + "Class"})}
        keyed = {self.iri(entry) for entry in self.properties().values()}
        assert (used | paths | ours) - keyed == {RDF + name for name in ("type", "first", "rest")}

    def test_every_class_of_ours_has_a_key(self) -> None:
        classes = {term for term, types in terms().items() if OWL + "Class" in types}
        assert {shorten(term) for term in classes} <= {
            value for value in context().values() if isinstance(value, str)
        }

    def test_our_terms_keep_their_names(self) -> None:
        keys = {key: self.iri(entry) for key, entry in self.properties().items()}
        assert {
            key for key, iri in keys.items() if iri.startswith(CCIN) and key != iri.removeprefix(CCIN)
        } == set()

    def test_no_two_keys_mean_the_same(self) -> None:
        meanings = [json.dumps({**entry}, sort_keys=True) for entry in self.properties().values()]
        assert len(set(meanings)) == len(meanings)
        coerced = [
            (entry["@id"], entry.get("@type"), "@language" in entry.get("@container", ""))
            for entry in self.properties().values()
        ]
        assert len(set(coerced)) == len(coerced)

    @pytest.mark.parametrize(
        "shape", [s for s in PROPERTY_SHAPES if index("shapes.ttl").iris(s, SH + "path")], ids=shorten
    )
    def test_a_key_is_of_the_kind_that_the_shape_asks(self, shape: str) -> None:
        shapes = index("shapes.ttl")
        (path,) = shapes.iris(shape, SH + "path")
        (entry,) = [entry for entry in self.properties().values() if self.iri(entry) == path]
        container = entry.get("@container", [])
        datatype = shapes.iri(shape, SH + "datatype")
        if datatype == RDF + "langString":
            assert "@language" in container
        elif datatype == XSD + "string":
            assert "@type" not in entry
        elif datatype:
            assert entry["@type"] == shorten(datatype)
        elif shapes.objects(shape, SH + "class") or shapes.objects(shape, SH + "nodeKind"):
            assert entry["@type"] == "@id"

    def test_a_list_is_where_several_values_may_stand(self) -> None:
        shapes = index("shapes.ttl")
        for key, entry in self.properties().items():
            limits = [s for s, path in shapes.pairs(SH + "path") if path == ox.NamedNode(self.iri(entry))]
            # A shape that only asks for a first value stands beside another that says how many there may be.
            saying = [
                s
                for s in limits
                if sum(len(shapes.objects(s, c)) for c in CONSTRAINTS) != 1
                or not shapes.objects(s, SH + "minCount")
            ]
            if saying:
                one = all(
                    shapes.objects(s, SH + "maxCount") or shapes.objects(s, SH + "uniqueLang") for s in saying
                )
                assert ("@set" in entry.get("@container", [])) is not one, key


def test_the_shapes_have_a_sentence_for_each_of_their_constraints() -> None:
    in_use = {name for name in CONSTRAINTS if any(index("shapes.ttl").pairs(name))} - {SH + "sparql"}
    spoken = {component.removesuffix("ConstraintComponent").lower() for component in SENTENCES}
    assert {name.lower() for name in in_use} <= spoken
    for _, rule in index("shapes.ttl").pairs(SH + "sparql"):
        assert isinstance(rule, ox.NamedNode)
        assert index("shapes.ttl").text(rule.value, SH + "message")
