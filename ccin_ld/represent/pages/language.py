"""Links keep the language of the page: a page in Welsh leads to pages in Welsh."""

from __future__ import annotations

import re

from ...words import DEFAULT

# Autoescape leaves no quotation mark or angle bracket of the data inside a tag, so a tag can be found so.
_TAG = re.compile(r"<(?:a|form)\s[^>]*>")
_ADDRESS = re.compile(r'(\s(?:href|action)=")(/[^"]*)(?=")')
# These have no language: files (their last part has a suffix), what is kept for ever, and the colour choice.
_FILE = re.compile(r"/(?:static/|theme$|\.well-known/)|[^?#]*\.[a-z0-9]{2,8}(?:[?#]|$)|//")


def keep(page: str, code: str) -> str:
    """Return an HTML page whose links and forms lead to pages in the language *code*.

    An element with ``hreflang`` names its own language, one with ``type`` a file: both stay as they are.
    """
    if code == DEFAULT:
        return page
    return _TAG.sub(lambda tag: _kept(tag[0], code), page)


def _kept(tag: str, code: str) -> str:
    if " hreflang=" in tag or (tag.startswith("<a") and " type=" in tag):
        return tag
    return _ADDRESS.sub(lambda found: found[1] + localised(found[2], code), tag)


def localised(path: str, code: str) -> str:
    """Return the local address of a page in a language; one that has no language stays as it is."""
    if code == DEFAULT or _FILE.match(path):
        return path
    return f"/{code}" + ("" if path == "/" else path)
