"""The words of the interface in one language: messages, days, numbers and lists, from ``locale/*.po``.

Message ids are the English sentences. A catalogue is read as it is, without a compile step. What the data
says is never translated here: its own languages are chosen by ``resource.pick``.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from markupsafe import Markup, escape

FOLDER = Path(__file__).parent / "locale"
# The languages of the interface by their part of an address: what html says, what Babel knows.
LANGUAGES = {"en": "en-GB", "cy": "cy"}
DEFAULT = "en"
# A translation without this comment has been read by a native speaker.
UNREVIEWED = "not reviewed by a native speaker"
_VOWELS = frozenset("aeiouwyâêîôûŵŷ")


def N_(message: str) -> str:
    """Return *message* as it is: marks a sentence of a table, to be translated where it is used."""
    return message


class Words:
    """One language of the interface. *code* is its part of an address, *tag* what ``lang`` says."""

    def __init__(self, code: str, tag: str, catalogue: Catalog | None = None) -> None:
        self.code, self.tag = code, tag
        self.locale = Locale.parse(tag, sep="-")
        self.catalogue = catalogue
        self._messages: NullTranslations = _compiled(catalogue) if catalogue else NullTranslations()

    def gettext(self, message: str, /, **values: object) -> str:
        """Return a message in this language, its ``%(name)s`` filled in; whole numbers are written out."""
        return self._messages.gettext(message) % self._written(values)

    def ngettext(self, one: str, several: str, num: int, /, **values: object) -> str:
        """Return the message for a count, which is ``%(num)s`` unless a value of that name is given."""
        return self._messages.ngettext(one, several, num) % self._written({"num": num, **values})

    def say(self, message: str, /, **values: object) -> Markup:
        """Return a message as HTML: it may hold marks of its own, and what fills it is escaped."""
        return Markup(self._messages.gettext(message) % _escaped(self._written(values)))

    def say_count(self, one: str, several: str, num: int, /, **values: object) -> Markup:
        """Return the message for a count as HTML; what fills it is escaped."""
        filled = _escaped(self._written({"num": num, **values}))
        return Markup(self._messages.ngettext(one, several, num) % filled)

    def translated(self, message: str) -> str | None:
        """Return the translation of a name from the ontology or the shapes, or None when there is none."""
        if self.catalogue is None:
            return message
        found = self.catalogue.get(message)
        return str(found.string) if found and found.string else None

    def _written(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: self.number(one) if type(one) is int else one for name, one in values.items()}

    def number(self, value: int) -> str:
        """Return a count as it is written here: ``1,234``."""
        return format_decimal(value, locale=self.locale)

    def measured(self, value: float) -> str:
        """Return a measured number with six figures at most."""
        return (
            self.number(int(value))
            if value >= 1e6
            else format_decimal(float(f"{value:g}"), "#,##0.######", self.locale)
        )

    def day(self, text: str | date) -> str | None:
        """Return a day in words, as ``23 November 2026``, or None when *text* is no plain xsd:date."""
        try:
            found = date.fromisoformat(text) if isinstance(text, str) else text
        except ValueError:
            return None
        return format_date(found, "d MMMM y", self.locale)

    def month(self, day: date) -> str:
        """Return the month of a day in words, as ``November 2026``."""
        return format_date(day, "MMMM y", self.locale)

    def listed(self, parts: Iterable[str], *, either: bool = False) -> str:
        """Return *parts* as one text: ``a, b and c``, or with *either* ``a, b or c``."""
        *start, last = list(parts) or [""]
        if not start:
            return last
        if either:
            return self.gettext("%(start)s or %(last)s", start=", ".join(start), last=last)
        text = self.gettext("%(start)s and %(last)s", start=", ".join(start), last=last)
        # Welsh "a" is "ac" before a vowel: the one word that depends on what the data says after it.
        joint = f" {last}"
        if self.code == "cy" and last[:1].lower() in _VOWELS and text.endswith(f" a{joint}"):
            return text.removesuffix(joint) + "c" + joint
        return text

    def language(self, tag: str) -> str:
        """Return the name of a language, as ``Welsh``, or the tag of one that has no name here."""
        try:
            return Locale.parse(tag, sep="-").get_language_name(self.tag.replace("-", "_")) or tag
        except (UnknownLocaleError, ValueError):
            return tag

    @staticmethod
    def is_right_to_left(tag: str) -> bool:
        """Say whether words with this language tag are written from right to left."""
        try:
            return bool(Locale.parse(tag, sep="-").text_direction == "rtl")
        except (UnknownLocaleError, ValueError):
            return False

    @property
    def own_name(self) -> str:
        """The name of this language in itself."""
        name = self.locale.get_language_name(self.locale.language)
        return name or self.code

    def is_own(self, tag: str) -> bool:
        """Say whether a text with this language tag needs no mark on a page in this language."""
        return tag.partition("-")[0].lower() == self.code

    @cached_property
    def unreviewed(self) -> int:
        """How many translations no native speaker has read."""
        return sum(UNREVIEWED in one.user_comments for one in self.catalogue or () if one.id)


@cache
def words(code: str = DEFAULT) -> Words:
    """Return the words of a language of the interface. Raises KeyError for one that has no catalogue."""
    tag = LANGUAGES[code]
    return Words(code, tag, None if code == DEFAULT else read_catalogue(code))


def read_catalogue(code: str) -> Catalog:
    """Return the catalogue of a language as its file says it."""
    with (FOLDER / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


def _escaped(values: Mapping[str, object]) -> dict[str, object]:
    return {name: escape(one) for name, one in values.items()}


def _compiled(catalogue: Catalog) -> NullTranslations:
    file = io.BytesIO()
    write_mo(file, catalogue)
    file.seek(0)
    return Translations(file)
