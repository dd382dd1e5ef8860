"""The quality report as RDF: sh:ValidationReport with dqv measurements, every node a fragment of /quality."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from ..iris import Base
from ..namespaces import DCT, DQV, PROV, RDF, RDFS, SKOS, XSD
from ..quality import DIMENSIONS, METRICS, KindCount, Measured, Quality
from ..validation import Report

_WHOLE = {"completeness"}  # measured in decimals; every other metric counts


def triples(report: Report, quality: Quality, base: Base, dataset: str) -> list[ox.Triple]:
    """Return the report of one build: what the shapes found, the measurements, and those of each Release."""
    iri = base.iri + "quality"
    made = [*report.triples(iri), *_head(quality, iri, dataset), *_metrics(iri)]
    for measured in quality.trend:
        made += _measurements(measured, iri, dataset)
    for kind in quality.kinds:
        made += _completeness(kind, iri, dataset)
    made += _facts(quality, iri)
    return list(dict.fromkeys(made))


def _head(quality: Quality, iri: str, dataset: str) -> Iterator[ox.Triple]:
    yield _link(iri, RDF + "type", DQV + "QualityMetadata")
    yield _link(iri, RDF + "type", PROV + "Entity")
    yield _link(iri, DCT + "subject", dataset)
    if quality.date:
        yield _value(iri, DCT + "date", ox.Literal(quality.date, datatype=ox.NamedNode(XSD + "date")))


def _metrics(iri: str) -> Iterator[ox.Triple]:
    for key, words in DIMENSIONS.items():
        yield _link(f"{iri}#dimension-{key}", RDF + "type", DQV + "Dimension")
        yield from _named(f"{iri}#dimension-{key}", words)
    for key, (words, definition, dimension) in METRICS.items():
        metric = f"{iri}#metric-{key}"
        yield _link(metric, RDF + "type", DQV + "Metric")
        yield from _named(metric, words)
        yield _value(metric, SKOS + "definition", ox.Literal(definition, language="en"))
        yield _link(metric, DQV + "inDimension", f"{iri}#dimension-{dimension}")
        yield _link(metric, DQV + "expectedDataType", XSD + _kind(key))


def _kind(key: str) -> str:
    return "decimal" if key in _WHOLE else "integer"


def _measurements(measured: Measured, iri: str, dataset: str) -> Iterator[ox.Triple]:
    """Yield what was measured of one Release, or of this build: a Release has its own address."""
    of = f"{dataset}/{measured.release}" if measured.release else dataset
    place = measured.release or "now"
    for key, number in measured.measures.items():
        if key in METRICS:
            node = f"{iri}#{place}-{key}"
            yield from _measurement(node, f"{iri}#metric-{key}", of, _number(number, _kind(key)))
            yield _link(iri, DQV + "hasQualityMeasurement", node)
            yield from _named(node, f"{METRICS[key][0]}: {number:g}")


def _completeness(kind: KindCount, iri: str, dataset: str) -> Iterator[ox.Triple]:
    """Yield, for each field of a kind, how many in a hundred of its things have it."""
    name = kind.shape.rpartition("#")[2]
    for field in kind.fields:
        metric = f"{iri}#metric-{name}-{_fragment(field.path)}"
        node = f"{iri}#now-{name}-{_fragment(field.path)}"
        share = round(100 * field.have / kind.things, 2)
        yield _link(metric, RDF + "type", DQV + "Metric")
        yield from _named(metric, f"{kind.label} with “{field.name}”, in per cent")
        yield _link(metric, DQV + "inDimension", f"{iri}#dimension-completeness")
        yield _link(metric, DQV + "expectedDataType", XSD + "decimal")
        yield _link(metric, RDFS + "seeAlso", kind.iri)
        yield _link(metric, RDFS + "seeAlso", field.path)
        yield from _measurement(node, metric, dataset, _number(share, "decimal"))
        yield from _named(node, f"{kind.label}, {field.name}: {field.have} of {kind.things}")
        yield _link(iri, DQV + "hasQualityMeasurement", node)


def _fragment(path: str) -> str:
    return path.rpartition("#")[2].rpartition("/")[2]


def _facts(quality: Quality, iri: str) -> Iterator[ox.Triple]:
    """Yield, for the measures that count few things, which things those are."""
    for key, things in (("without-source", quality.without_source), ("unmatched", quality.unmatched)):
        for one in things:
            yield _link(f"{iri}#metric-{key}", SKOS + "related", one.iri)
            yield from _named(one.iri, one.label)


def _measurement(node: str, metric: str, of: str, number: ox.Literal) -> Iterator[ox.Triple]:
    yield _link(node, RDF + "type", DQV + "QualityMeasurement")
    yield _link(node, DQV + "isMeasurementOf", metric)
    yield _link(node, DQV + "computedOn", of)
    yield _value(node, DQV + "value", number)


def _number(number: float, kind: str) -> ox.Literal:
    text = f"{number:.2f}".rstrip("0").rstrip(".") if kind == "decimal" else str(int(number))
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


def _named(iri: str, words: str) -> Iterator[ox.Triple]:
    yield _value(iri, RDFS + "label", ox.Literal(words, language="en"))


def _link(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def _value(subject: str, predicate: str, value: ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
