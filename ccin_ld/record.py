"""The record's one layout of Turtle: written, read and found again by line.

One subject block, one predicate and object a line, everything sorted: a change in the data is a change of
those lines only, and a message can name file and line.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyoxigraph as ox

from .errors import BadRecord
from .namespaces import PREFIXES, RDF, XSD

_LOCAL = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_TYPE = ox.NamedNode(RDF + "type")
_STRING = ox.NamedNode(XSD + "string")
_LANG_STRING = ox.NamedNode(RDF + "langString")
# Datatypes that the store rewrites to xsd:integer (oxigraph issue 526): the record may not use them.
_INTEGER_KINDS = {
    XSD + name
    for name in (
        "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
        "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte",
    )
}  # fmt: skip


def write(triples: Iterable[ox.Triple], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Return *triples* as UTF-8 Turtle in the record's layout: the same set gives the same bytes.

    Raises BadRecord on a blank node.
    """
    names = _Names(prefixes)
    blocks: dict[str, list[str]] = defaultdict(list)
    for triple in set(triples):
        predicate = "a" if triple.predicate == _TYPE else names.iri(triple.predicate.value)
        blocks[names.term(triple.subject)].append(f"{predicate} {names.term(triple.object)}")
    head = [f"@prefix {name}: <{prefixes[name]}> .\n" for name in sorted(names.used)]
    body = [_block(subject, lines) for subject, lines in sorted(blocks.items())]
    return "\n".join(["".join(head), *body] if head else body).encode()


def _block(subject: str, lines: list[str]) -> str:
    ordered = sorted(lines, key=lambda line: (not line.startswith("a "), line))
    return f"{subject}\n    " + " ;\n    ".join(ordered) + " .\n"


class _Names:
    """How the IRIs of one file are written, and the prefixes that it uses for them."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._written: dict[str, str] = {}
        self.used: set[str] = set()

    def iri(self, iri: str) -> str:
        """Return the IRI as a prefixed name where a prefix fits, else in full."""
        if iri not in self._written:
            self._written[iri] = self._write(iri)
        return self._written[iri]

    def _write(self, iri: str) -> str:
        for name, namespace in self._prefixes.items():
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
                self.used.add(name)
                return f"{name}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def term(self, term: object) -> str:
        """Return a term as Turtle. Raises BadRecord on a blank node."""
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        if not isinstance(term, ox.Literal):
            raise BadRecord(f"{term} has no IRI", hint="give every node of the record an IRI of its own")
        text = '"' + "".join(_ESCAPES.get(sign, sign) for sign in term.value) + '"'
        if term.language:
            return f"{text}@{term.language}"
        return text if term.datatype == _STRING else f"{text}^^{self.iri(term.datatype.value)}"


def written(term: object) -> str:
    """Return a term as the record writes it, with our prefixes. Raises BadRecord on a blank node."""
    return _Names(PREFIXES).term(term)


def parse(data: bytes, file: Path | str, *, base_iri: str | None = None) -> list[ox.Triple]:
    """Return the triples of Turtle bytes; *file* names them in errors.

    Raises BadRecord with line and column when it is not Turtle.
    """
    try:
        quads = ox.parse(io.BytesIO(data), format=ox.RdfFormat.TURTLE, base_iri=base_iri)
        return [quad.triple for quad in quads]
    except SyntaxError as error:
        raise BadRecord(
            f"this is not Turtle: {error.msg}",
            file=file,
            line=error.lineno,
            column=error.offset,
            hint="mend this line, or restore the file from git",
        ) from error
    except ValueError as error:
        raise BadRecord(f"this is not Turtle: {error}", file=file, hint="save it as UTF-8 Turtle") from error


def read(path: Path) -> list[ox.Triple]:
    """Return the triples of one file of the record. Raises BadRecord with file, line and column."""
    try:
        return parse(path.read_bytes(), path)
    except OSError as error:
        raise BadRecord(
            f"cannot be read: {error.strerror}", file=path, hint="check that it is there"
        ) from error


Places = dict[tuple[str, str | None], list[int]]


def lines(text: str) -> Places:
    """Return where subjects and their predicates stand: ``(subject, predicate) -> line numbers``.

    ``(subject, None)`` is the line of the subject block itself. It reads the record's layout and survives
    others; a triple that it cannot place is simply absent.
    """
    prefixes: dict[str, str] = {}
    places: Places = defaultdict(list)
    subject: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if match := re.match(r"@prefix\s+([\w-]*):\s*<([^>]*)>", line):
            prefixes[match[1]] = match[2]
        elif line[:1].strip() and line[:1] != "#":
            subject = _expand(line.split()[0], prefixes)
            if subject:
                places[subject, None].append(number)
        elif subject and line.strip():
            predicate = _expand(line.split()[0], prefixes)
            if predicate:
                places[subject, predicate].append(number)
    return dict(places)


def _expand(token: str, prefixes: Mapping[str, str]) -> str | None:
    if token == "a":
        return RDF + "type"
    if token.startswith("<"):
        return token.rstrip(" ;.,")[1:-1]
    prefix, colon, local = token.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else None


def canonical_literal(literal: ox.Literal) -> ox.Literal:
    """Return the literal as the record writes it: the form that a store gives back unchanged.

    Derived integer types become xsd:integer, numbers and booleans canonical, language tags lower case.
    Raises BadRecord when the value is not of its datatype.
    """
    if literal.language:
        return ox.Literal(literal.value, language=literal.language.lower())
    kind, value = literal.datatype.value, literal.value
    if kind in _INTEGER_KINDS or kind == XSD + "integer":
        if not re.fullmatch(r"[+-]?\d+", value):
            raise BadRecord(f"{value!r} is not a whole number")
        return ox.Literal(str(int(value)), datatype=ox.NamedNode(XSD + "integer"))
    if kind == XSD + "decimal":
        return ox.Literal(_decimal(value), datatype=literal.datatype)
    if kind == XSD + "boolean":
        known = {"true": "true", "1": "true", "false": "false", "0": "false"}
        if value not in known:
            raise BadRecord(f"{value!r} is neither true nor false")
        return ox.Literal(known[value], datatype=literal.datatype)
    return _as_stored(literal)


def _decimal(value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise BadRecord(f"{value!r} is not a number") from error
    if not number.is_finite():
        raise BadRecord(f"{value!r} is not a number")
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _as_stored(literal: ox.Literal) -> ox.Literal:
    # Dates, times and the rest: what the engine gives back is the canonical form, by definition (rule 1).
    store = ox.Store()
    node = ox.NamedNode("urn:x")
    store.add(ox.Quad(node, node, literal))
    stored = next(iter(store)).object
    assert isinstance(stored, ox.Literal)
    return stored


def save(files: Mapping[Path, bytes]) -> list[Path]:
    """Write every file or none, each by rename from a temporary one beside it; return those that changed.

    Raises OSError as the system gives it, with every file as it was and nothing half-written.
    """
    before = {path: path.read_bytes() if path.exists() else None for path in files}
    changed = {path: data for path, data in files.items() if before[path] != data}
    waiting: dict[Path, str] = {}
    try:
        for path, data in changed.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            waiting[path] = _temporary(path, data)
        for path, name in waiting.items():
            os.replace(name, path)
    except OSError:
        for path, name in waiting.items():
            Path(name).unlink(missing_ok=True)
            _put_back(path, before[path])
        raise
    return sorted(changed)


def _put_back(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
    elif path.read_bytes() != data:
        os.replace(_temporary(path, data), path)


def _temporary(path: Path, data: bytes) -> str:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return name
