"""Messages in templates: ``_()``, ``ngettext()`` and ``{% trans %}`` in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable

from jinja2 import Environment
from markupsafe import Markup, escape

from ...words import Words
from .terms import Shown


def install(environment: Environment, words: Words) -> None:
    """Make the templates of *environment* speak *words*. It needs the extension ``jinja2.ext.i18n``.

    A message is HTML of our own; what stands for a ``%(name)s`` in it is escaped.
    """

    environment.globals.update(gettext=words.say, ngettext=words.say_count)
    # New style: a message is formatted by gettext, with "%" written "%%" in it.
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters.update(
        listed=words.listed,
        named=lambda text: named(text, words),
        own=lambda text: words.translated(text) or "",
        plain=plain,
        spoken=spoken,
        marked=mark,
        english=lambda text: Markup("" if words.translated(text) else ' lang="en"'),
        sentence=sentence,
    )


def named(text: str, words: Words) -> Markup:
    """Return a name from the ontology or the shapes in the page’s language, else in English, marked."""
    if isinstance(text, Markup):
        return text  # it has been here, or is a message
    found = words.translated(text)
    return escape(found) if found is not None else Markup('<span lang="en">{}</span>').format(text)


def spoken(one: Shown) -> Markup:
    """Return the words of a value with the mark of their language where it is not the page's."""
    return Markup("<span{}>{}</span>").format(mark(one.lang), one.text) if one.lang else escape(one.text)


def mark(tag: str | None) -> Markup:
    """Return the attributes that mark words as being in another language, with its direction; '' for none."""
    if not tag:
        return Markup()
    direction = ' dir="rtl"' if Words.is_right_to_left(tag) else ""
    return Markup(' lang="{}"{}').format(tag, Markup(direction))


def sentence(text: str) -> str:
    """Return a message that stands inside a line as a sentence; one that is HTML already stays."""
    if isinstance(text, Markup) or not text:
        return text
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")


def joined(parts: Iterable[str], between: str = ", ") -> Markup:
    """Return words that may hold marks of language as one text."""
    return Markup(between).join(parts)


def plain(text: str) -> str:
    """Return words without the mark of a language."""
    return str(text.striptags()) if isinstance(text, Markup) else text
