"""The record as sheets, to be edited and given back: things as rows, with columns made from the shapes."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from ..errors import BadInput
from ..namespaces import RDF
from ..resource import Object
from .cells import Shown
from .columns import IDENTIFIER_NAME, TYPE_NAME, Columns, Field, fields_of, find_kind, how_written
from .corrections import present
from .known import Known, read_known
from .rows import Rows
from .table import WRITERS, Heading, Sheet
from .values import joined

# Longer lists of allowed values are no help in a menu.
_MOST_ALLOWED = 1000
_IDENTIFIER = "Which thing the row is about. Do not change it; leave it empty in a new row."
_TYPE = "What sort of thing it is."


def export(name: str, *, data_dir: Path, ontology_dir: Path | None = None) -> Sheet:
    """Return a kind of thing as a sheet: what is believed of each, without what is only quoted.

    Raises BadInput for a kind that there is not, and for a record that cannot be read.
    """
    return sheet_of(read_known(data_dir, ontology_dir), name)


def sheet_of(known: Known, name: str) -> Sheet:
    """Return a kind of thing in the record as a sheet. Raises BadInput for a kind that there is not."""
    kind = find_kind(name, known.model)
    fields = fields_of(kind.classes, known.model, known.shapes)
    rows = Rows(known, kind, Columns((), (), ()), f"sheet-{name}")
    shown = Shown(known, known.believed)
    own = {cls: set(fields_of([cls], known.model, known.shapes)) for cls in kind.classes}
    headings = [Heading(IDENTIFIER_NAME, _IDENTIFIER)]
    several = len(kind.classes) > 1
    if several:
        headings.append(
            Heading(TYPE_NAME, _TYPE, allowed=tuple(rows.class_name(one) for one in kind.classes))
        )
    headings += [_heading(field, known, shown) for field in fields.values()]
    made = []
    for iri in sorted({iri for cls in kind.classes for iri in known.believed.of_type(cls)}):
        cls = next(one for one in reversed(kind.classes) if one in _types(known, iri))
        first = [known.short_name(iri), rows.class_name(cls)] if several else [known.short_name(iri)]
        texts = [
            _cell(rows, shown, iri, field) if field.path in own[cls] else "" for field in fields.values()
        ]
        made.append([*first, *texts])
    return Sheet(name, tuple(headings), made)


def _types(known: Known, iri: str) -> set[str]:
    return set(known.believed.iris(iri, RDF + "type"))


def _cell(rows: Rows, shown: Shown, iri: str, field: Field) -> str:
    terms: list[Object] = present(rows, iri, field.path)
    texts = shown.texts(terms, field)
    if not texts:
        return ""
    if field.single and len(texts) == 1:
        return texts[0]
    return joined(texts)


def _heading(field: Field, known: Known, shown: Shown) -> Heading:
    allowed: tuple[str, ...] = ()
    if field.is_concept:
        terms = [ox.NamedNode(iri) for iri in known.concepts(field)]
        texts = [text for term in terms if (text := shown.text(term, field))]
        allowed = tuple(texts) if len(texts) <= _MOST_ALLOWED else ()
    return Heading(field.name, field.description, how_written(field), allowed, many=not field.single)


def write_export(sheet: Sheet, form: str) -> bytes:
    """Return the sheet as a file: ``csv`` or ``xlsx``. Raises BadInput for another format."""
    if form not in WRITERS:
        raise BadInput(f"“{form}” is no format of a sheet", hint=f"it is one of {', '.join(WRITERS)}")
    return WRITERS[form](sheet)
