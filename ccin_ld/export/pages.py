"""What changes in a page that becomes a file: links lead to files, and what needs a server is told of."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from urllib.parse import quote

from ..represent.pages.language import localised
from ..words import words
from .asking import ORIGIN
from .names import NEEDS_SERVER

_ATTRIBUTE = re.compile(r'(\s(?:href|src|action))="(/[^"]*)"')
_JSON_STATE = re.compile(r'"(/[^"\s]*\?[^"\s]*)"')
# In HTML and in what it quotes; "&" goes on only where another parameter follows.
_ABSOLUTE = re.compile(re.escape(ORIGIN) + r"(/(?:[^\s\"'<>()\\&]|&(?:amp;)?(?=[a-z_-]+=))*)?")
_FORM = re.compile(r"<form\b([^>]*)>.*?</form>", re.DOTALL)
_ID = re.compile(r'\sid="([^"]*)"')
# Search has no server to ask: neither the browser nor the script may offer it. The same for frames by oEmbed.
_SERVICES = re.compile(
    r'<link rel="search"[^>]*>\n?|<link rel="alternate" type="[a-z]+/(?:json|xml)\+oembed"[^>]*>\n?'
    r'|<script src="/static/(?:suggest|sparql-editor)\.[^"]*" defer></script>\n?'
)
_MAIN = re.compile(r"(<main\b[^>]*>).*(</main>)", re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>.*?( – [^<]*)?</title>", re.DOTALL)
_ABOUT_ITSELF = re.compile(
    r'<link rel="(?:canonical|alternate|cite-as)"[^>]*>\n?'
    r'|<script type="application/ld\+json".*?</script>\n?',
    re.DOTALL,
)

# From a local address, path and query, to the name of its file.
Find = Callable[[str], str]


def links(text: str) -> Iterator[str]:
    """Yield the local addresses that a page leads to, without their fragments."""
    for _, href in _ATTRIBUTE.findall(text):
        yield unescape(href).partition("#")[0]


def states(text: str) -> Iterator[str]:
    """Yield the local addresses with a query that JSON names: the next page of a list."""
    yield from _JSON_STATE.findall(text)


def page(text: str, folder: str | None, find: Find, public: str, language: str) -> str:
    """Return a page as a file in *folder*: with relative links it stands under any path of any host.

    Without a folder they begin with the path of the public address: the page is shown at any depth.
    """
    text = _SERVICES.sub("", text)
    text = _FORM.sub(lambda form: _no_form(form, language), text)
    start = base_path(public)

    def led(match: re.Match[str]) -> str:
        address, hash_sign, fragment = unescape(match[2]).partition("#")
        name = find(address)
        to = f"{start}/{quote(name)}" if folder is None else relative(name, folder)
        return f'{match[1]}="{escape(to + hash_sign + fragment)}"'

    return absolute(_ATTRIBUTE.sub(led, text), find, public)


def relative(target: str, folder: str) -> str:
    """Return the address of a file as seen from a folder of the export."""
    return quote(posixpath.relpath(target, folder or "."))


def json(text: str, find: Find, public: str) -> str:
    """Return JSON with the addresses of its states led to files, below the path of the public address."""
    start = base_path(public)
    text = _JSON_STATE.sub(lambda match: f'"{start}/{quote(find(match[1]))}"', text)
    return absolute(text, find, public)


def absolute(text: str, find: Find, public: str) -> str:
    """Return a text with the public address for the one that was asked; states are led to their files."""

    def led(match: re.Match[str]) -> str:
        address = unescape(match[1] or "")
        return public + ("/" + quote(find(address)) if "?" in address else match[1] or "")

    return _ABSOLUTE.sub(led, text)


def base_path(public: str) -> str:
    """Return the path of the public address: '' or ``/repository``."""
    return "/" + public.split("/", 3)[3] if public.count("/") > 2 else ""


def _no_form(form: re.Match[str], language: str) -> str:
    """Return what stands in the place of a form: nothing in head and foot of the page, else a word on it."""
    attributes = form[1]
    if 'role="search"' in attributes or 'action="/theme"' in attributes:
        return ""
    anchor = _ID.search(attributes)
    place = f' id="{anchor[1]}"' if anchor else ""
    own = words(language)
    said = own.gettext("Choosing here needs a server; this copy of the site has none.")
    more = own.gettext("What there is instead")
    link = f'<a href="{localised(NEEDS_SERVER, language)}">{escape(more)}</a>'
    return f'<p class="small soft no-print"{place}>{escape(said)} {link}</p>'


def framed(text: str, title: str, content: str) -> str:
    """Return a page of the site with another title and another content, and no word on where it stands."""
    text = _ABOUT_ITSELF.sub("", text)
    text = _TITLE.sub(lambda match: f"<title>{escape(title)}{match[1] or ''}</title>", text)
    text = text.replace("</head>", '<meta name="robots" content="noindex">\n</head>', 1)
    return _MAIN.sub(lambda match: f"{match[1]}\n<h1>{escape(title)}</h1>\n{content}\n{match[2]}", text)


def moved(target: str, canonical: str) -> str:
    """Return the page that stands where a host cannot redirect; *target* is relative to it."""
    to, permanent = escape(target), escape(canonical)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Moved</title>\n'
        f'<meta http-equiv="refresh" content="0; url={to}">\n<link rel="canonical" href="{permanent}">\n'
        f'</head>\n<body>\n<p><a href="{to}">Here</a></p>\n</body>\n</html>\n'
    )
