"""A Resource as Markdown (RFC 7763): what its page says, for readers that are programs and want words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from ..model import ClassShape
from ..namespaces import DCT, RDF, RDFS, shorten
from ..resource import Object, Resource

_SIGNS = re.compile(r"([\\`*_\[\]<>#|])")


def of_resource(resource: Resource, shape: ClassShape | None) -> str:
    """Return the thing's name, what it is, each of its facts in the order of its shape, and its sources.

    Things are links to their permanent addresses. What is not known is not there: no value is made up.
    """
    lines = [f"# {plain(resource.label() or resource.iri)}", ""]
    if shape:
        lines += [f"{plain(shape.label)}. {plain(shape.description)}".rstrip(), ""]
    lines += [f"Permanent link: <{resource.iri}>", ""]
    names = {field.path: field.name for field in reversed(shape.fields)} if shape else {}
    said = _predicates(resource)
    ordered = [path for path in names if path in said] if shape else []
    ordered = sorted(ordered, key=[field.path for field in shape.fields].index) if shape else []
    for path in [*ordered, *sorted(said - set(ordered))]:
        values = sorted({_value(resource, one) for one in resource.objects(path)})
        lines.append(f"- **{plain(names.get(path) or shorten(path))}**: {'; '.join(values)}")
    return "\n".join([*lines, *_about_document(resource), ""])


def plain(text: str) -> str:
    """Return words in which no sign means anything to Markdown, on one line."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


def _predicates(resource: Resource) -> set[str]:
    node = ox.NamedNode(resource.iri)
    shown = {one.predicate.value for one in resource.triples if one.subject == node}
    return shown - {RDF + "type", RDFS + "label"}


def _value(resource: Resource, value: Object) -> str:
    if isinstance(value, ox.NamedNode):
        label = resource.label(value.value)
        return f"[{plain(label)}]({value.value})" if label else f"<{value.value}>"
    if not isinstance(value, ox.Literal):
        return "a part without a name"
    tag = f" ({value.language})" if value.language and not value.language.startswith("en") else ""
    return plain(value.value) + tag


def _about_document(resource: Resource) -> Iterator[str]:
    """Yield where the facts come from, under which licence, and when they changed last."""
    if resource.document == resource.iri:
        return
    yield ""
    yield "## About this document"
    yield ""
    told = (("source", "Source"), ("license", "Licence"), ("rights", "Rights"), ("modified", "Last changed"))
    for name, words in told:
        node = ox.NamedNode(resource.document)
        found = sorted(
            _value(resource, one.object)
            for one in resource.triples
            if one.subject == node and one.predicate.value == DCT + name
        )
        if found:
            yield f"- {words}: {'; '.join(found)}"
