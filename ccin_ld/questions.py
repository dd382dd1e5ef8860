"""Saved questions: a query in a file of its own, with a title, a sentence and parameters of known types.

A file ``key.rq``, or ``3-key.rq`` to give it a place, is a whole query that runs as it is. Comments on top
say what it asks. Each parameter stands in the query once, on a line of its own that holds its default::

    # parameter: council
    #   type: thing of ccin:Body
    #   label: Council
    ...
      VALUES $council { <https://w3id.org/ccin/id/council/oldham> }

To ask with another value, the term on that line is replaced by one that the engine itself has written
(N-Triples), never by text of the person who asks. ``UNDEF`` on that line makes a parameter optional.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from .errors import BadInput
from .iris import Base, is_key
from .namespaces import ONTOLOGY_BASE, PREFIXES, XSD

Term = ox.NamedNode | ox.Literal
# The types of parameters that hold a literal, and its datatype.
DATATYPES = {"date": XSD + "date", "year": XSD + "gYear", "text": XSD + "string", "integer": XSD + "integer"}
TODAY, A_MONTH_AGO = "today", "a month ago"
_HEAD = re.compile(r"#(\s*)([a-z]+):\s*(.*\S)\s*")
_FIELDS = ("label", "description", "type", "default")
_THINGS = re.compile(r"(thing|value) of (.+)")


@dataclass(frozen=True)
class Parameter:
    """One thing that a question leaves open: a thing of a class, a value of a property, or a literal."""

    name: str
    kind: str  # "thing", "value", or a key of DATATYPES
    label: str
    description: str = ""
    of: tuple[str, ...] = ()  # IRIs: the classes of a thing, or the properties of a value
    default: Term | None = None
    moving: str = ""  # TODAY or A_MONTH_AGO: a default that depends on the day

    @property
    def optional(self) -> bool:
        """Whether the question can be asked without it."""
        return self.default is None and not self.moving

    def at(self, today: date) -> Term | None:
        """Return the default on a day."""
        if not self.moving:
            return self.default
        return _date(today if self.moving == TODAY else month_before(today))


@dataclass(frozen=True)
class Question:
    """One saved question."""

    key: str
    name: str
    title: str
    description: str
    query: str
    parameters: tuple[Parameter, ...] = ()
    keywords: tuple[str, ...] = ()

    def bound(self, values: Mapping[str, Term | None]) -> str:
        """Return the query with *values* in the places of its parameters; None stands for any value.

        A parameter that *values* does not name keeps what the file says.
        """
        query = self.query
        for name, value in values.items():
            # What the engine writes has no line end in it, so that no value can begin a line of its own.
            query = _replaced(query, name, "UNDEF" if value is None else str(value))
        return query

    def moved(self, base: Base) -> Question:
        """Return the question about the things of a build with another base: its defaults follow."""
        moved = {
            one.name: ox.NamedNode(base.moved(one.default.value, ONTOLOGY_BASE))
            for one in self.parameters
            if isinstance(one.default, ox.NamedNode)
        }
        parameters = tuple(
            replace(one, default=moved[one.name]) if one.name in moved else one for one in self.parameters
        )
        return replace(self, query=self.bound(moved), parameters=parameters)


def _replaced(query: str, name: str, term: str) -> str:
    """Return the query with *term* in the place of a parameter."""
    return _slot(name).sub(lambda found: found[1] + term + found[3], query)


def month_before(day: date) -> date:
    """Return the same day of the month before, or its last day where it is shorter."""
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _date(day: date) -> ox.Literal:
    return ox.Literal(day.isoformat(), datatype=ox.NamedNode(XSD + "date"))


@lru_cache(maxsize=64)
def _slot(name: str) -> re.Pattern[str]:
    """Return what finds the line of a parameter, and on it the term to replace."""
    return re.compile(
        rf"^([ \t]*VALUES[ \t]+[?$]{name}[ \t]*\{{[ \t]*)(\S.*?)([ \t]*\}}[ \t]*)$", re.MULTILINE
    )


@lru_cache(maxsize=8)
def questions(folder: Path) -> tuple[Question, ...]:
    """Return the questions of a folder in the order of the names of their files; none without a folder.

    Raises BadInput for a file that cannot be asked.
    """
    found: dict[str, Question] = {}
    for path in sorted(folder.glob("*.rq"), key=place_of):
        question = read(path)
        if question.key in found:
            raise BadInput(f"two questions have the key {question.key}", file=path, hint="rename the file")
        found[question.key] = question
    return tuple(found.values())


def place_of(path: Path) -> tuple[int, str]:
    """Return where a file stands among others: by the number that its name begins with, then by its name."""
    number = re.match(r"([0-9]+)-", path.name)
    return (int(number[1]) if number else 1 << 30), path.name


def read(path: Path) -> Question:
    """Return the question in a file. Raises BadInput with file and line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    end = next((place for place, line in enumerate(lines) if not line.startswith("#")), len(lines))
    key = re.sub(r"^[0-9]+-", "", path.stem)
    if not is_key(key):
        raise BadInput(f"{path.stem!r} is no name for a question", file=path, hint="use a-z, 0-9 and hyphens")
    about, fields = _heading(path, lines[:end])
    query = "\n".join(lines[end:]).strip() + "\n"
    question = Question(
        key=key,
        name=path.stem,
        title=about.get("title", path.stem),
        description=about.get("description", ""),
        query=query,
        keywords=tuple(word.strip() for word in about.get("keywords", "").split(",") if word.strip()),
    )
    parameters = tuple(_parameter(path, name, told, query) for name, told in fields.items())
    _check(path, query)
    return replace(question, parameters=parameters)


def _heading(path: Path, lines: Sequence[str]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return what the comments say of the question, and of each of its parameters."""
    about: dict[str, str] = {}
    fields: dict[str, dict[str, str]] = {}
    told: dict[str, str] | None = None
    for number, line in enumerate(lines, start=1):
        found = _HEAD.fullmatch(line)
        if not found:
            continue  # any other comment
        indented, word, text = len(found[1]) > 1, found[2], found[3]
        if word == "parameter" and not indented:
            if not re.fullmatch(r"[a-z][a-z0-9]*", text) or text in fields:
                raise BadInput(f"{text!r} cannot name a parameter", file=path, line=number)
            told = fields.setdefault(text, {})
        elif indented and told is not None and word in _FIELDS:
            told[word] = text
        elif not indented and word in ("title", "description", "keywords"):
            about[word] = text
        else:
            raise BadInput(f"{word!r} is not known here", file=path, line=number)
    return about, fields


def _parameter(path: Path, name: str, told: Mapping[str, str], query: str) -> Parameter:
    places = _slot(name).findall(query)
    if len(places) != 1:
        raise BadInput(
            f"the parameter {name} stands on {len(places)} lines",
            file=path,
            hint=f"write one line: VALUES ${name} {{ its default }}",
        )
    kind, of = told.get("type", ""), tuple[str, ...]()
    if things := _THINGS.fullmatch(kind):
        kind, of = things[1], tuple(_whole(path, one) for one in things[2].split(","))
    elif kind not in DATATYPES:
        raise BadInput(f"the parameter {name} has no type that is known: {kind!r}", file=path)
    moving = told.get("default", "")
    if moving and (kind != "date" or moving not in (TODAY, A_MONTH_AGO)):
        raise BadInput(f"the default of {name} cannot be {moving!r}", file=path)
    default = _default(path, name, kind, places[0][1])
    return Parameter(name, kind, told.get("label", name), told.get("description", ""), of, default, moving)


def _whole(path: Path, name: str) -> str:
    prefix, _, local = name.strip().partition(":")
    if prefix not in PREFIXES or not local:
        raise BadInput(f"{name!r} is no name with a known prefix", file=path)
    return PREFIXES[prefix] + local


def _default(path: Path, name: str, kind: str, text: str) -> Term | None:
    """Return the term on the line of a parameter; None for UNDEF."""
    if text == "UNDEF":
        return None
    try:
        rows = ox.Store().query(f"SELECT ?x {{ VALUES ?x {{ {text} }} }}", prefixes=PREFIXES)
        assert isinstance(rows, ox.QuerySolutions)
        found = next(rows)["x"]
    except (SyntaxError, StopIteration) as error:
        raise BadInput(f"the default of {name} is no term: {text}", file=path) from error
    fits = isinstance(found, ox.NamedNode) if kind in ("thing", "value") else _has(found, DATATYPES[kind])
    if not fits:
        raise BadInput(f"the default of {name} is no {kind}: {text}", file=path)
    assert isinstance(found, ox.NamedNode | ox.Literal)
    return found


def _has(term: object, datatype: str) -> bool:
    return isinstance(term, ox.Literal) and term.datatype.value == datatype and not term.language


def _check(path: Path, query: str) -> None:
    try:
        found = ox.Store().query(query)
    except SyntaxError as error:
        raise BadInput(f"the query has a mistake: {error}", file=path) from error
    if not isinstance(found, ox.QuerySolutions):
        raise BadInput("a question has to be a SELECT", file=path)
