"""Brings the message catalogues up to date: ``python -m ccin_ld.extraction`` after a change of words.

Messages come from the templates and the code; names of classes, fields and groups from the ontology and the
shapes. Translations that exist are kept, and what nothing uses any more goes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from .dataset import shipped_ontology
from .namespaces import CCIN, RDFS, SH
from .record import read
from .words import FOLDER, LANGUAGES, read_catalogue

PACKAGE = Path(__file__).parent
_METHODS = [("web/templates/**.html", "jinja2"), ("**.py", "python")]
_KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "say": None, "say_count": (1, 2)}
_JINJA = {"trimmed": "true", "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
# Counts in Welsh are "5 o brosiectau" for every number but one, so that no noun has to change.
_PLURALS = "nplurals=2; plural=(n != 1);"
_UNWANTED = tuple(
    f'"{name}:'.encode()
    for name in (
        *("Project-Id-Version", "Report-Msgid-Bugs-To", "POT-Creation-Date", "PO-Revision-Date"),
        *("Last-Translator", "Language-Team", "Generated-By"),
    )
)
_HEADER = """\
# {language} words of the interface.
# Licence: Apache-2.0, as the rest of the package.
#
# A message with the comment "not reviewed by a native speaker" was translated without one. Whoever reviews a
# message takes the comment away; the site says that there are such messages as long as there is one."""


def messages() -> Iterator[str | tuple[str, str]]:
    """Yield every message of the templates and the code; one with a plural form is a pair."""
    options = {pattern: _JINJA for pattern, method in _METHODS if method == "jinja2"}
    found = extract_from_dir(PACKAGE, _METHODS, options, _KEYWORDS, ())
    for _file, _line, message, _comments, _context in found:
        yield (message[0], message[1]) if isinstance(message, tuple) else message


def names() -> Iterator[str]:
    """Yield the names of classes, fields and groups that pages show, from the ontology and the shapes."""
    for name in ("ccin.ttl", "shapes.ttl"):
        for triple in read(shipped_ontology() / name):
            predicate, value = triple.predicate.value, getattr(triple.object, "value", "")
            ours = str(triple.subject).startswith(f"<{CCIN.rpartition('/')[0]}")
            if ours and predicate in (RDFS + "label", SH + "name"):
                yield value


def template() -> Catalog:
    """Return every message once, without a translation."""
    catalogue = Catalog()
    for message in messages():
        catalogue.add(message)
    for name in names():
        catalogue.add(name, auto_comments=["a name of the ontology"])
    return catalogue


def updated(code: str) -> Catalog:
    """Return the catalogue of a language with the messages of today and the translations there are."""
    path = FOLDER / code / "LC_MESSAGES" / "messages.po"
    old = read_catalogue(code) if path.is_file() else Catalog(code)
    name = old.locale.english_name if old.locale else code
    fresh = Catalog(code, header_comment=_HEADER.format(language=name))
    fresh.mime_headers = [("Plural-Forms", _PLURALS)]
    for message in sorted(template(), key=lambda one: str(one.id)):
        if not message.id:
            continue
        known = old.get(message.id if isinstance(message.id, str) else message.id[0])
        string = message.id if code == "en" else known.string if known else None
        comments = known.user_comments if known else ()
        fresh.add(message.id, string, auto_comments=message.auto_comments, user_comments=comments)
    return fresh


def main() -> None:
    """Write the catalogue of every language."""
    for code in LANGUAGES:
        path = FOLDER / code / "LC_MESSAGES" / "messages.po"
        file = io.BytesIO()
        write_po(file, updated(code), width=0, sort_output=True)
        # No clock and no names of tools or people: the same words give the same file.
        lines = [line for line in file.getvalue().splitlines(keepends=True) if not line.startswith(_UNWANTED)]
        path.write_bytes(b"".join(lines))


if __name__ == "__main__":
    main()
