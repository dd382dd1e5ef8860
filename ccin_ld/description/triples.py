"""Short ways to say a triple whose subject and predicate are IRIs given as text."""

from __future__ import annotations

import pyoxigraph as ox

from ..namespaces import XSD


def link(subject: str, predicate: str, value: str) -> ox.Triple:
    """Return a triple that leads to another IRI."""
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def text(subject: str, predicate: str, value: str) -> ox.Triple:
    """Return a triple with a plain string."""
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(value))


def words(subject: str, predicate: str, value: str) -> ox.Triple:
    """Return a triple with words in English."""
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(value, language="en"))


def typed(subject: str, predicate: str, value: object, datatype: str) -> ox.Triple:
    """Return a triple with a value of a datatype of XML Schema, named by its local name."""
    literal = ox.Literal(str(value), datatype=ox.NamedNode(XSD + datatype))
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), literal)


def number(subject: str, predicate: str, value: int) -> ox.Triple:
    """Return a triple with a whole number, as xsd:integer (design, 1.1)."""
    return typed(subject, predicate, value, "integer")
