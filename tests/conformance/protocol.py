"""The tests of the SPARQL 1.1 Protocol and of the Service Description, as their manifests tell them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from ccin_ld.graph import Node, TripleIndex
from ccin_ld.namespaces import RDF, RDFS, SD

from .answers import given
from .suites import MF, UT, Case, Suites, file_of

HT, CNT = "http://www.w3.org/2011/http#", "http://www.w3.org/2011/content#"
MANIFEST = "sparql/sparql11/protocol/manifest.ttl"
_TABLE = {"application/sparql-results+json": "json", "application/sparql-results+xml": "xml"}
_RDF = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")


class Client(Protocol):
    """Sends one request and returns status, media type and body."""

    url: str

    def send(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> tuple[int, str, bytes]: ...


def write_data(suites: Suites, path: Path) -> Path:
    """Write the graphs that the protocol tests ask for to *path*, under the names they are asked by."""
    index = suites.index(MANIFEST)
    named: dict[str, Path] = {}
    for test in index.of_type(MF + "ProtocolTest"):
        for graph in index.objects(test, UT + "graphData"):
            assert isinstance(graph, ox.BlankNode)
            file, name = index.iri(graph, UT + "graph"), index.text(graph, RDFS + "label")
            assert file
            assert name
            named[name] = file_of(suites.folder, file)
    assert len(named) == 3
    lines = (
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(name))
        for name, data in named.items()
        for quad in ox.parse(path=str(data), format=ox.RdfFormat.N_TRIPLES)
    )
    ox.serialize(lines, str(path), ox.RdfFormat.N_QUADS)
    return path


@dataclass(frozen=True)
class Request:
    """One request of a protocol test, and what is to be answered."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: tuple[str, ...]  # their first digits
    boolean: bool | None
    form: str | None  # "boolean", "tabular" or "RDF"


def requests(index: TripleIndex, test: ox.NamedNode) -> Iterator[Request]:
    """Yield the requests of a test in their order."""
    connection = index.objects(test, MF + "action")[0]
    assert isinstance(connection, ox.BlankNode)
    for node in index.list_items(index.objects(connection, HT + "requests")[0]):
        assert isinstance(node, ox.BlankNode)
        yield _request(index, node)


def _request(index: TripleIndex, node: Node) -> Request:
    response = index.objects(node, HT + "resp")[0]
    assert isinstance(response, ox.BlankNode)
    boolean = index.text(response, MF + "expectedBoolean")
    headers = {}
    for one in index.list_items(next(iter(index.objects(node, HT + "headers")), None)):
        assert isinstance(one, ox.BlankNode)
        headers[_said(index, one, HT + "fieldName")] = _said(index, one, HT + "fieldValue")
    path = _said(index, node, HT + "absolutePath")
    return Request(
        _said(index, node, HT + "methodName"),
        path.replace("/sparql/", "/sparql", 1),
        headers,
        _body(index, node),
        tuple(sorted(iri[-3] for iri in index.iris(response, MF + "expectedStatus"))),
        None if boolean is None else boolean == "true",
        index.text(response, MF + "expectedFormat"),
    )


def _said(index: TripleIndex, node: Node, predicate: str) -> str:
    text = index.text(node, predicate)
    assert text is not None, (node, predicate)
    return text


def _body(index: TripleIndex, node: Node) -> bytes | None:
    for body in index.objects(node, HT + "body"):
        assert isinstance(body, ox.BlankNode)
        return _said(index, body, CNT + "chars").encode(_said(index, body, CNT + "characterEncoding"))
    return None


def check(suites: Suites, case: Case, client: Client) -> str:
    """Return what was wrong with the answers to a protocol test; nothing when all were right."""
    for request in requests(suites.index(MANIFEST), case.node):
        status, media_type, data = client.send(request.method, request.path, request.headers, request.body)
        if str(status)[0] not in request.statuses:
            return f"{status} {data[:300].decode(errors='replace')}"
        wrong = _wrong(request, media_type, data)
        if wrong:
            return wrong
    return ""


def _wrong(request: Request, media_type: str, data: bytes) -> str:
    if request.form == "RDF":
        return "" if media_type in _RDF else f"{media_type} is no RDF"
    if request.form is None:
        return ""
    if media_type not in _TABLE:
        return f"{media_type} is not a format for results"
    answer = given(data, _TABLE[media_type])
    if isinstance(answer, bool) is not (request.form == "boolean"):
        return f"the answer is not {request.form}"
    if request.boolean is not None and answer is not request.boolean:
        return f"the answer is {answer}"
    return ""


def describe(suites: Suites, case: Case, client: Client) -> str:
    """Return what is wrong with the service's description, as one of the three tests asks; nothing if nothing."""
    checks = {
        "returns-rdf": _returns_rdf,
        "has-endpoint-triple": _names_itself,
        "conforms-to-schema": _keeps_to_the_schema,
    }
    return checks[case.name.partition("#")[2]](client)


def _description(client: Client) -> tuple[str, list[ox.Triple]]:
    status, media_type, data = client.send("GET", "/sparql", {"Accept": "text/turtle"})
    assert status == 200
    base = client.url + "/sparql"
    return media_type, [q.triple for q in ox.parse(data, format=ox.RdfFormat.TURTLE, base_iri=base)]


def _returns_rdf(client: Client) -> str:
    for media_type in _RDF:
        status, got, data = client.send("GET", "/sparql", {"Accept": media_type})
        form = ox.RdfFormat.from_media_type(media_type)
        assert form
        if status != 200 or got != media_type or not list(ox.parse(data, format=form, base_iri=client.url)):
            return f"{status} {got}"
    return ""


def _names_itself(client: Client) -> str:
    wanted = ox.NamedNode(client.url + "/sparql")
    endpoints = [t.object for t in _description(client)[1] if t.predicate.value == SD + "endpoint"]
    return "" if endpoints == [wanted] else f"sd:endpoint is {endpoints}"


# SPARQL 1.1 Service Description, 3: property, class of its subject, class of its value (None: no class of sd).
_SCHEMA = {
    "endpoint": ("Service", None), "feature": ("Service", "Feature"),
    "defaultEntailmentRegime": ("Service", "EntailmentRegime"), "entailmentRegime": ("NamedGraph", "EntailmentRegime"),
    "supportedEntailmentProfile": ("NamedGraph", "EntailmentProfile"),
    "defaultSupportedEntailmentProfile": ("Service", "EntailmentProfile"),
    "extensionFunction": ("Service", "Function"), "extensionAggregate": ("Service", "Aggregate"),
    "languageExtension": ("Service", "Feature"), "supportedLanguage": ("Service", "Language"),
    "propertyFeature": ("Service", "Feature"), "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"), "resultFormat": ("Service", None),
    "inputFormat": ("Service", None), "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("GraphCollection", "NamedGraph"), "name": ("NamedGraph", None), "graph": ("NamedGraph", "Graph"),
}  # fmt: skip
_CLASSES = {"Service", "Dataset", "Graph", "NamedGraph", "GraphCollection"}
_LANGUAGES = {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"}
_FEATURES = {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"}


def _keeps_to_the_schema(client: Client) -> str:
    triples = _description(client)[1]
    types: dict[object, set[str]] = {}
    for triple in triples:
        if triple.predicate.value == RDF + "type" and isinstance(triple.object, ox.NamedNode):
            types.setdefault(triple.subject, set()).add(triple.object.value.removeprefix(SD))
    problems = [problem for triple in triples for problem in _against_schema(triple, types)]
    services = [node for node, found in types.items() if "Service" in found]
    return "; ".join(problems) or ("" if len(services) == 1 else f"{len(services)} services")


def _against_schema(triple: ox.Triple, types: dict[object, set[str]]) -> Iterator[str]:
    name = triple.predicate.value.removeprefix(SD)
    if triple.predicate.value == RDF + "type" and str(triple.object).startswith(f"<{SD}"):
        term = str(triple.object)[len(SD) + 1 : -1]
        if term not in _CLASSES:
            yield f"sd:{term} is not a class of the vocabulary"
    if name == triple.predicate.value:
        return
    if name not in _SCHEMA:
        yield f"sd:{name} is not a property of the vocabulary"
        return
    subject, value = _SCHEMA[name]
    # sd:Dataset is a sd:GraphCollection.
    mine = types.get(triple.subject, set()) | (
        {"GraphCollection"} if "Dataset" in types.get(triple.subject, ()) else set()
    )
    if subject not in mine:
        yield f"the subject of sd:{name} is no sd:{subject}"
    known = {"Language": _LANGUAGES, "Feature": _FEATURES}.get(value or "")
    if known is not None:
        if str(triple.object)[len(SD) + 1 : -1] not in known:
            yield f"{triple.object} is no sd:{value}"
    elif value and value not in types.get(triple.object, ()):
        yield f"the value of sd:{name} is no sd:{value}"
    elif not isinstance(triple.object, ox.NamedNode):
        yield f"the value of sd:{name} is no resource"
