"""The language of a page is in its address; links keep it; what is in another language is marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urlsplit

import pyoxigraph as ox
import pytest
from babel.support import NullTranslations
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.history import Status
from ccin_ld.represent.pages.language import keep, localised
from ccin_ld.represent.pages.terms import _KNOWN_HOSTS
from ccin_ld.web.app import App, create_app
from ccin_ld.words import Words

PAGE = {"Accept": "text/html"}
OLDHAM = "/doc/council/oldham"


def page(client: Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers={**PAGE, **headers})
    assert answer.status_code == 200, (path, answer.status)
    return answer.text


# Addresses


@pytest.mark.parametrize("path", ["/members", OLDHAM, "/about", "/sparql", "/search?q=oldham", "/def/ccin"])
def test_the_same_page_in_welsh(client: Client, path: str) -> None:
    english, welsh = (client.get(start + path, headers=PAGE) for start in ("", "/cy"))
    assert english.status_code == welsh.status_code == 200
    assert '<html lang="en-GB">' in english.text
    assert '<html lang="cy">' in welsh.text
    assert english.headers["Content-Language"] == "en-GB"
    assert welsh.headers["Content-Language"] == "cy"
    assert english.headers["ETag"] != welsh.headers["ETag"]
    timed = ", Accept-Datetime" if path.startswith(("/doc/", "/def/")) else ""
    profiled = ", Accept-Profile" if path.startswith("/doc/") else ""
    assert english.headers["Vary"] == welsh.headers["Vary"] == f"Accept, Accept-Encoding{profiled}{timed}"
    assert "Chwilio" in welsh.text
    assert "Chwilio" not in english.text.replace("Cymraeg", "")


def test_a_page_that_is_kept_is_kept_for_its_language(client: Client) -> None:
    twice = [page(client, path) for path in ("/members", "/cy/members", "/members", "/cy/members")]
    assert twice[0] == twice[2] != twice[1] == twice[3]


def test_accept_language_counts_on_the_home_page_alone(client: Client) -> None:
    wants = {**PAGE, "Accept-Language": "cy, en;q=0.5"}
    home = client.get("/", headers=wants)
    assert (home.status_code, home.headers["Location"]) == (303, "/cy")
    assert home.headers["Vary"] == "Accept, Accept-Encoding, Accept-Language"
    assert '<html lang="en-GB">' in page(client, "/members", **{"Accept-Language": "cy"})
    assert '<html lang="en-GB">' in page(client, "/en", **{"Accept-Language": "cy"})
    for other in ("", "en", "fr", "en, cy;q=0.9", "*", ";;q=x", "cy;q=0", "x" * 5000):
        answer = client.get("/", headers={**PAGE, "Accept-Language": other})
        assert answer.status_code == 200, other
        assert answer.headers["Vary"] == "Accept, Accept-Encoding, Accept-Language"
    # Programs get the catalogue, whatever language their library sends.
    assert client.get("/", headers={"Accept": "text/turtle", "Accept-Language": "cy"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "where"),
    [
        ("/cy/", 301, "/cy"),
        ("/en/", 301, "/en"),
        ("/en/members", 301, "/members"),
        ("/en/members?page=1", 301, "/members?page=1"),
        ("/cy/members/", 301, "/cy/members"),
        ("/cy/id/council/oldham", 303, "/cy/doc/council/oldham"),
        ("/cy/network", 303, "/cy/doc/network/ccin"),
    ],
)
def test_other_spellings_lead_to_the_one(client: Client, path: str, status: int, where: str) -> None:
    answer = client.get(path, headers=PAGE)
    if path == "/cy/network" and answer.status_code == 200:
        pytest.skip("the network has a page of its own")
    assert (answer.status_code, answer.headers["Location"]) == (status, where)


@pytest.mark.parametrize("path", ["/en//evil.example", "/cy//evil.example", "/cy/cy/members", "/fr/members"])
def test_no_prefix_leads_away(client: Client, path: str) -> None:
    answer = client.get(path, headers=PAGE)
    assert answer.status_code == 404 or not answer.headers.get("Location", "/").startswith(("//", "http"))
    assert answer.status_code in (301, 404)


def test_data_has_every_language_and_one_address(client: Client) -> None:
    plain, welsh = (client.get(f"{start}{OLDHAM}.ttl") for start in ("", "/cy"))
    assert plain.data == welsh.data


def test_an_error_page_speaks_the_language_of_its_address(client: Client) -> None:
    answer = client.get("/cy/doc/council/nowhere", headers=PAGE)
    assert answer.status_code == 404
    assert '<html lang="cy">' in answer.text
    assert "Nid oes dim yn y cyfeiriad hwn" in answer.text
    assert "Nid oes dim yn hysbys am &lt;" in answer.text
    assert "There is nothing" not in answer.text


# Links


def test_heads_name_the_page_in_each_language(client: Client) -> None:
    for start, own in (("", "http://localhost/members"), ("/cy", "http://localhost/cy/members")):
        head = page(client, f"{start}/members").partition("</head>")[0]
        assert f'<link rel="canonical" href="{own}">' in head
        assert '<link rel="alternate" hreflang="en-GB" href="http://localhost/members">' in head
        assert '<link rel="alternate" hreflang="cy" href="http://localhost/cy/members">' in head
    assert 'hreflang="x-default" href="http://localhost/"' in page(client, "/cy")
    link = client.get("/cy/members", headers=PAGE).headers["Link"]
    assert '<http://localhost/cy/members>; rel="canonical"' in link


def test_each_page_leads_to_itself_in_the_other_language(client: Client) -> None:
    assert '<a href="/cy/search?q=a%20%26" lang="cy" hreflang="cy">Cymraeg</a>' in page(
        client, "/search?q=a+%26"
    )
    assert '<a href="/members" lang="en-GB" hreflang="en-GB">English</a>' in page(client, "/cy/members")
    assert '<a href="/en" lang="en-GB" hreflang="en-GB">English</a>' in page(client, "/cy")


_LINK = re.compile(r'<(?:a|form)\s[^>]*?\b(?:href|action)="(/[^"]*)"[^>]*>')


@pytest.mark.parametrize("path", ["", "/members", OLDHAM, "/def/ccin", "/questions", "/search?q=council"])
def test_links_keep_the_language(client: Client, path: str) -> None:
    for tag in _LINK.finditer(page(client, f"/cy{path}")):
        local = tag[1]
        stays = "hreflang=" in tag[0] or " type=" in tag[0] or local == "/theme"
        is_file = re.search(r"\.[a-z0-9]{2,8}(?:[?#]|$)", local) is not None
        assert stays or is_file or re.match(r"/cy(?:[/?#]|$)", local), tag[0]


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", "/cy"),
        ("/members?page=2#x", "/cy/members?page=2#x"),
        ("/doc/council/oldham.ttl", "/doc/council/oldham.ttl"),
        ("/static/a.css", "/static/a.css"),
        ("/theme", "/theme"),
        ("/themes", "/cy/themes"),
        ("//elsewhere.example/", "//elsewhere.example/"),
        ("/search?q=a.b", "/cy/search?q=a.b"),
    ],
)
def test_localised(path: str, kept: str) -> None:
    assert localised(path, "cy") == kept
    assert localised(path, "en") == path


def test_keep_touches_nothing_but_links() -> None:
    text = '<p title="/x">href="/y"</p><a hreflang="en" href="/z">z</a><script>{"a": "<a href=\\"/q\\">"}</script>'
    assert keep(text, "cy") == text
    assert keep('<a class="x" href="/a">', "cy") == '<a class="x" href="/cy/a">'
    assert keep('<form action="/s" method="get">', "cy") == '<form action="/cy/s" method="get">'
    assert keep('<a href="/a">', "en") == '<a href="/a">'


def test_the_colour_choice_comes_back_to_the_page_in_its_language(client: Client) -> None:
    assert 'name="back" value="/cy/members"' in page(client, "/cy/members")
    answer = client.post("/theme", data={"back": "/cy/members", "theme": "dark"})
    assert answer.headers["Location"] == "/cy/members"


# Words


def test_both_languages_say_that_welsh_is_not_reviewed(client: Client) -> None:
    assert "have not been reviewed by a native speaker" in page(client, "/members")
    assert "wedi’u hadolygu gan siaradwr brodorol" in page(client, "/cy/members")


def test_a_name_in_the_language_of_the_page_comes_first(client: Client) -> None:
    welsh, english = (page(client, f"{start}/doc/council/cardiff") for start in ("/cy", ""))
    assert "<h1>Cyngor Dinas Caerdydd</h1>" in welsh
    assert '<p class="soft" lang="en">Cardiff Council</p>' in welsh
    assert "<h1>Cardiff Council</h1>" in english


class _Wrapped(NullTranslations):
    """Every message in brackets."""

    def gettext(self, message: object) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


class Pseudo(Words):
    """A language of which every message stands in brackets, and no name is translated."""

    def __init__(self) -> None:
        super().__init__("cy", "cy")
        self._messages = _Wrapped()

    def translated(self, message: str) -> str | None:
        return None


_UNSPOKEN = {"script", "style", "code", "pre", "time", "textarea"}
_VOID = {"meta", "link", "br", "hr", "img", "input", "wbr"}


class _Texts(HTMLParser):
    """Collects the words outside brackets that no element marks as being in another language."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str | None]] = []
        self.depth = 0
        self.found: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag not in _VOID:
            self.open.append((tag, named.get("lang")))
        if self._is_own():
            told = [named.get(name) or "" for name in ("aria-label", "title", "placeholder", "alt")]
            is_format = tag == "link"
            self.found += [] if is_format else [(one, True) for one in told if "⟦" not in one]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def _is_own(self) -> bool:
        if any(tag in _UNSPOKEN for tag, _ in self.open):
            return False
        marked = [language for _, language in self.open if language]
        return marked[-1:] == ["cy"]

    def handle_data(self, data: str) -> None:
        outside = ""
        for sign in data:
            self.depth += (sign == "⟦") - (sign == "⟧")
            outside += sign if self.depth == 0 and sign != "⟧" else "\n"
        if self._is_own():
            # A name in a picture stands on several lines, and a title ends with the name of the site.
            loose = any(tag in ("svg", "title") for tag, _ in self.open)
            self.found += [(one, loose) for part in outside.split("\n") if (one := " ".join(part.split()))]


def unmarked(text: str) -> list[tuple[str, bool]]:
    """Return the words of a page that are neither messages nor marked as being in another language.

    With each, whether it stands where a mark cannot: in an attribute, a title, a line of a picture.
    """
    reader = _Texts()
    reader.feed(text)
    return [(one, loose) for one, loose in reader.found if re.search(r"[^\W\d_]{2}", one)]


@pytest.fixture(scope="module")
def bracketed(built: Build, settings: Settings) -> Iterator[Client]:
    """The site with a Welsh of which every message stands in brackets."""
    app = create_app(settings, build=built)
    _speak(app, Pseudo())
    yield Client(app)
    app.close()


def _speak(app: App, language: Words) -> None:
    site = app.sites.get()
    site._html["cy"] = site.html_in("en").in_words(language)


@pytest.fixture(scope="module")
def one_of_each(bracketed: Client) -> dict[str, str]:
    """One page of each kind that links lead to from the home page, by its path."""
    waiting = ["/cy", "/cy/nowhere", "/cy/doc/nothing"]
    seen: set[str] = set()
    found: dict[str, str] = {}
    while waiting and len(found) < 120:
        path = waiting.pop(0)
        kind = _kind(path)
        if kind in seen:
            continue
        answer = bracketed.get(path, headers=PAGE)
        if answer.status_code == 303:
            waiting.insert(0, answer.headers["Location"])
            continue
        if not answer.content_type.startswith("text/html"):
            continue
        seen.add(kind)
        found[path] = answer.text
        waiting += [urldefrag(link).url.replace("&amp;", "&") for link in _LINK.findall(answer.text)]
        waiting = [link for link in waiting if link.startswith("/cy")]
    return found


def _kind(path: str) -> str:
    """Return what kind of page is at a path: things of one kind look alike."""
    parts = urlsplit(path)
    steps = parts.path.split("/")[2:]
    first = "/".join(steps[:2] if steps[:1] in (["doc"], ["def"]) else steps[:1])
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    if steps[:1] == ["members"] or steps[:1] == ["projects"] or steps[:1] == ["search"]:
        names = names[:1]
    return f"{first} {len(steps)} {','.join(names)}"


def test_pages_of_every_kind_were_found(one_of_each: dict[str, str]) -> None:
    kinds = {_kind(path).partition(" ")[0] for path in one_of_each}
    assert kinds >= {"", "members", "projects", "doc/council", "doc/project", "doc/principle", "def/ccin"}
    assert kinds >= {"quality", "about", "sparql", "questions", "nowhere", "doc/page", "doc/capture"}
    assert len(one_of_each) > 40


@dataclass(frozen=True)
class Said:
    """What the data says: in no language or in Welsh, each text by itself; and all of it together."""

    neutral: frozenset[str]
    everything: str

    def has(self, text: str, loose: bool) -> bool:
        """Say whether a text is an address, a code, a day or something that the data says."""
        bare = text.strip(" ,;:.–()“”")
        if bare in self.neutral or _CODE.fullmatch(bare) or bare.startswith(_SITES):
            return True
        # A picture may put the year behind a name, a title the site.
        parts = re.sub(r"\(\d{4}[–\d]*\)", "", text).split("–")
        return loose and all(part.strip(" ,") in self.everything for part in parts)


# An address, a path, a prefixed name or a key; a day in words; what a rule states.
_CODE = re.compile(r"\S*[./:@\d_-]\S*|\d{1,2} \w+ \d{4}|\w+ \d{4}|\w+:\w+\W.*")
_PROPER = {"BibTeX", "Saesneg"}
_SITES = tuple(f"{name} " for name in _KNOWN_HOSTS.values())


@pytest.fixture(scope="module")
def said(built: Build) -> Said:
    """What the data of the site says."""
    return said_by(built)


def said_by(built: Build) -> Said:
    """Return what a build says."""
    literals = [one.object for one in built.store.default_graph() if isinstance(one.object, ox.Literal)]
    neutral = {" ".join(one.value.split()) for one in literals if one.language in (None, "cy")}
    neutral |= {one.name for one in built.model.terms} | {str(one) for one in Status} | _PROPER
    return Said(frozenset(neutral), "\n".join(one.value for one in literals))


def test_no_english_is_left_that_is_not_marked(one_of_each: dict[str, str], said: Said) -> None:
    left = {
        path: found
        for path, text in one_of_each.items()
        if (found := [one for one, loose in unmarked(text) if not said.has(one, loose)])
    }
    assert left == {}


def test_the_check_sees_english() -> None:
    page = '<html lang="cy"><p>⟦Hello <b>you</b>⟧ Left <span lang="en">data</span> <i title="No">3</i> ⟦x⟧.</p></html>'
    assert unmarked(page) == [("Left", False), ("No", True)]
