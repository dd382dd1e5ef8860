"""How to cite a record: as text, as BibTeX and as CSL-JSON, with the Release that it is from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from . import Representation
from .jsonld import encode

TEXT = Representation("text", "Text", "text/plain", "txt")
BIBTEX = Representation("bibtex", "BibTeX", "application/x-bibtex", "bib")
CSL = Representation("csl", "CSL-JSON", "application/vnd.citationstyles.csl+json", "json", text=False)
FORMATS = (TEXT, BIBTEX, CSL)
# What TeX reads as a command, and how it is written as the sign itself.
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#",
    "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


@dataclass(frozen=True)
class Citation:
    """What a citation says: the record, the dataset that it is in, who publishes it, its version and link."""

    key: str
    title: str
    container: str
    publisher: str
    version: str
    day: str | None
    url: str
    licence: str | None
    rights: str | None = None

    def text(self) -> str:
        """Return the citation as one line, author and year first."""
        year = f" ({self.day[:4]})" if self.day else ""
        within = f" In: {self.container}." if self.container and self.container != self.title else ""
        return f"{self.publisher}{year}. “{self.title}”.{within} {self._version()} [Dataset]. {self.url}"

    def _version(self) -> str:
        return f"{self.version[:1].upper()}{self.version[1:]}"

    def bibtex(self) -> str:
        """Return the citation as an entry of BibTeX."""
        fields = {
            "author": f"{{{_tex(self.publisher)}}}",
            "title": f"{{{_tex(self.title)}}}",
            "howpublished": _tex(self.container),
            "publisher": _tex(self.publisher),
            "year": self.day[:4] if self.day else "",
            "version": _tex(self.version),
            "url": self.url,
            "note": _tex(self._note()),
        }
        lines = [f"  {name} = {{{text}}}," for name, text in fields.items() if text]
        return "\n".join([f"@misc{{{self.key},", *lines, "}", ""])

    def csl(self) -> list[dict[str, object]]:
        """Return the citation as CSL-JSON: a list of one item."""
        item: dict[str, object] = {
            "id": self.key,
            "type": "dataset",
            "title": self.title,
            "container-title": self.container,
            "author": [{"literal": self.publisher}],
            "publisher": self.publisher,
            "version": self.version,
            "URL": self.url,
        }
        if self.day:
            found = date.fromisoformat(self.day)
            item["issued"] = {"date-parts": [[found.year, found.month, found.day]]}
        if note := self._note():
            item["note"] = note
        return [item]

    def _note(self) -> str:
        return f"Licence: {self.licence}" if self.licence else self.rights or ""

    def written(self, form: Representation) -> bytes:
        """Return the citation in one of FORMATS."""
        if form is CSL:
            return encode(self.csl())
        return (self.bibtex() if form is BIBTEX else self.text() + "\n").encode()


def key_of(iri: str) -> str:
    """Return a key of a citation from the end of a permanent link: ``council-oldham``."""
    parts = re.findall(r"[A-Za-z0-9]+", iri.partition("://")[2].partition("/")[2])
    return "-".join(parts[-12:]) or "record"


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)
