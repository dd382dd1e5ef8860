"""Reads the manifests of the W3C's SPARQL suites: an archive in, test cases out."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ccin_ld.graph import TripleIndex
from ccin_ld.namespaces import RDF, RDFS

ARCHIVE = "suites/rdf-tests-sparql.tar.gz"
# The address at which the suites are published: relative IRIs in data and queries are resolved against it.
PUBLISHED = "https://w3c.github.io/rdf-tests/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"

EVALUATION, SYNTAX, UPDATE, PROTOCOL, DESCRIPTION, OTHER = (
    "evaluation", "syntax", "update", "protocol", "description", "other",
)  # fmt: skip
_KINDS = {
    "QueryEvaluationTest": EVALUATION, "CSVResultFormatTest": EVALUATION,
    "PositiveSyntaxTest": SYNTAX, "PositiveSyntaxTest11": SYNTAX,
    "NegativeSyntaxTest": SYNTAX, "NegativeSyntaxTest11": SYNTAX,
    "UpdateEvaluationTest": UPDATE,
    "PositiveUpdateSyntaxTest": UPDATE, "PositiveUpdateSyntaxTest11": UPDATE,
    "NegativeUpdateSyntaxTest": UPDATE, "NegativeUpdateSyntaxTest11": UPDATE,
    "ProtocolTest": PROTOCOL, "ServiceDescriptionTest": DESCRIPTION, "GraphStoreProtocolTest": OTHER,
}  # fmt: skip
_FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<", re.IGNORECASE)


@dataclass(frozen=True)
class Case:
    """One test of a manifest."""

    name: str  # version/folder#test: unique in all suites
    node: ox.NamedNode  # what the manifest calls it
    kind: str
    negative: bool = False  # of a syntax test: the query has to be refused
    query: Path | None = None  # of an update: the request
    data: tuple[Path, ...] = ()  # the default graph
    named: tuple[tuple[str, Path], ...] = ()  # graph IRI, file
    result: Path | None = None
    lax: bool = False  # a solution may be given fewer times

    @property
    def version(self) -> str:
        """The version of SPARQL that the test is for: sparql10, sparql11, sparql12."""
        return self.name.partition("/")[0]

    @property
    def folder(self) -> str:
        """The folder of the manifest, below the version."""
        return self.name.partition("/")[2].partition("#")[0]

    @property
    def text(self) -> str:
        """The query, with the address it is published at as its base."""
        assert self.query is not None
        # Not with a BASE in front of bytes that are no UTF-8: there are none in the suites.
        return f"BASE <{address(self.query)}>\n" + self.query.read_bytes().decode()

    @property
    def names_its_graphs(self) -> bool:
        """Whether the query says with FROM which graphs it is asked over."""
        return bool(_FROM.search(self.text))


@dataclass(frozen=True)
class Suites:
    """The unpacked archive."""

    folder: Path

    def cases(self) -> Iterator[Case]:
        """Yield every test of every manifest, in the order of the files' names."""
        seen: set[str] = set()
        for path in sorted(self.folder.glob("sparql/sparql1*/*/manifest*.ttl")):
            for case in _cases(self.folder, path):
                assert case.name not in seen, f"two tests are called {case.name}"
                seen.add(case.name)
                yield case

    def index(self, manifest: str) -> TripleIndex:
        """Return the triples of one manifest, named by its path below the archive's folder."""
        return _read(self.folder / manifest)


def unpack(archive: Path, folder: Path) -> Suites:
    """Unpack the *archive* of the suites into *folder*."""
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return Suites(folder)


def address(path: Path) -> str:
    """Return the address at which a file of the suites is published."""
    parts = path.parts
    return PUBLISHED + "/".join(parts[parts.index("sparql") :])


def file_of(folder: Path, iri: str) -> Path:
    """Return the unpacked file that is published at *iri*."""
    return folder / iri.removeprefix(PUBLISHED)


def _read(path: Path) -> TripleIndex:
    quads = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=address(path))
    return TripleIndex(quad.triple for quad in quads)


def _cases(folder: Path, manifest: Path) -> Iterator[Case]:
    index = _read(manifest)
    place = manifest.parent.relative_to(folder / "sparql").as_posix()
    if manifest.stem != "manifest":
        place += manifest.stem.removeprefix("manifest")
    for name, kind in _KINDS.items():
        for test in index.of_type(MF + name):
            yield _case(folder, index, place, ox.NamedNode(test), kind, negative=name.startswith("Negative"))


def _case(
    folder: Path, index: TripleIndex, place: str, node: ox.NamedNode, kind: str, *, negative: bool
) -> Case:
    name = f"{place}#{node.value.rpartition('#')[2].rpartition('/')[2]}"
    actions = index.objects(node, MF + "action")
    if kind in (PROTOCOL, DESCRIPTION, OTHER) or not actions:
        return Case(name, node, kind)
    action = actions[0]
    assert isinstance(action, ox.NamedNode | ox.BlankNode)
    request = index.iri(action, UT + "request") or index.iri(action, QT + "query")
    query = request or (action.value if isinstance(action, ox.NamedNode) else "")
    result = index.iri(node, MF + "result")
    return Case(
        name,
        node,
        UPDATE if query.endswith(".ru") else kind,
        negative,
        file_of(folder, query),
        tuple(file_of(folder, iri) for iri in index.iris(action, QT + "data")),
        tuple(_graph(folder, index, graph) for graph in index.objects(action, QT + "graphData")),
        file_of(folder, result) if result else None,
        MF + "LaxCardinality" in index.iris(node, MF + "resultCardinality"),
    )


def _graph(folder: Path, index: TripleIndex, graph: object) -> tuple[str, Path]:
    if isinstance(graph, ox.NamedNode):
        return graph.value, file_of(folder, graph.value)
    assert isinstance(graph, ox.BlankNode)
    file = index.iri(graph, QT + "graph")
    name = index.text(graph, RDFS + "label")
    assert file
    assert name
    return name, file_of(folder, file)


__all__ = ["RDF", "Case", "Suites", "unpack"]
