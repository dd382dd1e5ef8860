"""The saved questions as RDF: SHACL's SPARQL executables with their parameters (SHACL, 5; SHACL-AF, 5)."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from ccin_ld.iris import Base
from ccin_ld.namespaces import DCT, HYDRA, RDF, RDFS, SCHEMA, SH, VOID, XSD
from ccin_ld.questions import DATATYPES, Parameter, Question


def address(question: Question, base: Base) -> str:
    """Return the IRI of a question."""
    return f"{base.iri}questions/{question.key}"


def of_question(question: Question, base: Base, endpoint: str, dataset: str | None) -> list[ox.Triple]:
    """Return what is said of one question; *endpoint* is where it may be asked.

    The query is whole: it holds its prefixes and the default of each parameter. To ask with another value,
    bind the variable that has the local name of the parameter's path.
    """
    iri = address(question, base)
    node = ox.NamedNode(iri)
    triples = [
        _link(iri, RDF + "type", SH + "SPARQLExecutable"),
        _link(iri, RDF + "type", SH + "SPARQLSelectExecutable"),
        ox.Triple(node, ox.NamedNode(DCT + "title"), _english(question.title)),
        ox.Triple(node, ox.NamedNode(RDFS + "label"), _english(question.title)),
        ox.Triple(node, ox.NamedNode(SH + "select"), ox.Literal(question.query)),
        _link(iri, SH + "prefixes", base.iri + "def/prefixes"),
        _link(iri, SCHEMA + "target", endpoint),
        *(ox.Triple(node, ox.NamedNode(SCHEMA + "keywords"), _english(word)) for word in question.keywords),
    ]
    if question.description:
        triples.append(ox.Triple(node, ox.NamedNode(RDFS + "comment"), _english(question.description)))
    if dataset:
        triples.append(_link(iri, VOID + "inDataset", dataset))
    for order, one in enumerate(question.parameters):
        triples += _of_parameter(iri, one, order)
    return triples


def of_list(questions: Sequence[Question], base: Base, endpoint: str, dataset: str | None) -> list[ox.Triple]:
    """Return the list of all questions with what is said of each."""
    iri = base.iri + "questions"
    total = ox.Literal(str(len(questions)), datatype=ox.NamedNode(XSD + "integer"))
    triples = [
        _link(iri, RDF + "type", HYDRA + "Collection"),
        ox.Triple(ox.NamedNode(iri), ox.NamedNode(RDFS + "label"), _english("Questions")),
        ox.Triple(ox.NamedNode(iri), ox.NamedNode(HYDRA + "totalItems"), total),
    ]
    for one in questions:
        triples.append(_link(iri, HYDRA + "member", address(one, base)))
        triples += of_question(one, base, endpoint, dataset)
    return triples


def _of_parameter(question: str, one: Parameter, order: int) -> list[ox.Triple]:
    iri = f"{question}#parameter-{one.name}"
    node = ox.NamedNode(iri)
    whole, truth = ox.NamedNode(XSD + "integer"), ox.NamedNode(XSD + "boolean")
    triples = [
        _link(question, SH + "parameter", iri),
        _link(iri, RDF + "type", SH + "Parameter"),
        # SHACL, 5.2 and 6.2.1: the variable is the local name of the path.
        _link(iri, SH + "path", f"{question}#{one.name}"),
        ox.Triple(node, ox.NamedNode(SH + "name"), _english(one.label)),
        ox.Triple(node, ox.NamedNode(RDFS + "label"), _english(one.label)),
        ox.Triple(node, ox.NamedNode(SH + "order"), ox.Literal(str(order), datatype=whole)),
        ox.Triple(node, ox.NamedNode(SH + "optional"), ox.Literal(str(one.optional).lower(), datatype=truth)),
    ]
    if one.description:
        triples.append(ox.Triple(node, ox.NamedNode(SH + "description"), _english(one.description)))
    if one.default is not None and not one.moving:
        triples.append(ox.Triple(node, ox.NamedNode(SH + "defaultValue"), one.default))
    if one.kind in DATATYPES:
        triples.append(_link(iri, SH + "datatype", DATATYPES[one.kind]))
    elif one.kind == "thing":
        triples += [_link(iri, SH + "class", of) for of in one.of]
    else:
        # Whatever something has as a value of the property: SHACL has a word only for its being an IRI.
        triples.append(_link(iri, SH + "nodeKind", SH + "IRI"))
        triples += [_link(iri, RDFS + "seeAlso", of) for of in one.of]
    return triples


def _link(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def _english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")
