"""Following the links of a site: the one served live, and copies of it on other hosts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

# A form that has to be filled in answers nothing to who sends it empty.
_TO_FILL_IN = re.compile(r"<form\b(?:(?!</form>).)*\srequired\b.*?</form>", re.DOTALL)
_LINK = re.compile(r'\s(?:href|src|action)="([^"#][^"]*)"')


@dataclass(frozen=True)
class Fetched:
    """What a host answers: the status, the type, and the text of a page; where it leads, for a redirect."""

    status: int
    content_type: str
    text: str = ""
    location: str = ""


@dataclass
class Crawl:
    """The addresses that some page leads to, and those that do not answer, each with a page that names it."""

    seen: dict[str, str] = field(default_factory=dict)
    pages: int = 0
    broken: dict[str, tuple[int, str]] = field(default_factory=dict)


def local_links(text: str, page: str) -> Iterator[str]:
    """Yield the addresses on the same host that a page leads to, without fragments."""
    for href in _LINK.findall(_TO_FILL_IN.sub("", text)):
        if ":" in href.partition("/")[0] or href.startswith("//"):
            continue
        parts = urlsplit(urljoin(page, unescape(href)))
        yield parts.path + (f"?{parts.query}" if parts.query else "")


def crawl(
    fetch: Callable[[str], Fetched],
    *,
    start: str = "/",
    follow: Callable[[str], bool] = lambda target: True,
    read: Callable[[str], bool] = lambda page: True,
) -> Crawl:
    """Ask for *start* and whatever its pages lead to, each address once.

    *follow* says of an address whether it is asked for; *read* of a page whether its links count.
    """
    found = Crawl(seen={start: ""})
    waiting = [start]
    for path in waiting:
        answer = fetch(path)
        led: Iterator[str] = iter(())
        if answer.status in (301, 302, 303, 307, 308):
            led = local_links(f' href="{answer.location}"', path)
        elif answer.status != 200:
            found.broken[path] = answer.status, found.seen[path]
        elif answer.content_type.startswith("text/html") and read(path):
            found.pages += 1
            led = local_links(answer.text, path)
        for target in led:
            if target not in found.seen:
                found.seen[target] = path
                if follow(target):
                    waiting.append(target)
    return found
