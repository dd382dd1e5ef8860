"""Links that lead to other sites: which there are, and whether they answer. Looked at only when asked.

What was found is data: ``data/links.csv``, one line an address, with the day of the check.
"""

from __future__ import annotations

import csv
import http.client
import io
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import pyoxigraph as ox

from .errors import BadInput
from .iris import Base
from .namespaces import RDF

NAME = "links.csv"
OK, BROKEN, REFUSED, UNCHECKED = "ok", "broken", "refused", "unchecked"
_STATES = (OK, BROKEN, REFUSED)
# The server is there and keeps programs out, or wants us to come back: that says nothing of the link.
_KEPT_OUT = {401, 403, 407, 429, 451, 503}
# Answers to HEAD after which GET is tried: not every server knows HEAD.
_ASK_AGAIN = {400, 401, 403, 404, 405, 406, 500, 501}
_HOSTS_AT_ONCE = 8


@dataclass(frozen=True)
class Outgoing:
    """One link that leaves: from which thing, by which property, to which address."""

    subject: str
    predicate: str
    address: str


@dataclass(frozen=True)
class Checked:
    """What one address answered on one day: ``status`` is ok, broken or refused."""

    address: str
    status: str
    answer: str
    checked_on: str


_COLUMNS = [one.name for one in fields(Checked)]


def outgoing(triples: Iterable[ox.Triple], base: Base) -> list[Outgoing]:
    """Return every link from a thing, or a part of one, to a web address that is not ours."""
    found = set()
    for triple in triples:
        subject, value = triple.subject, triple.object
        if not (isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode)):
            continue
        ours = subject.value.startswith(base.iri + "id/")
        leaves = base.path(value.value) is None and value.value.startswith(("http://", "https://"))
        if ours and leaves and triple.predicate.value != RDF + "type":
            found.add(Outgoing(subject.value.partition("#")[0], triple.predicate.value, value.value))
    return sorted(found, key=astuple)


def read_links(folder: Path) -> dict[str, Checked]:
    """Return what is known of addresses from ``links.csv`` in *folder*; nothing when there is no such file.

    Raises BadInput with file and line for a row that cannot be used.
    """
    path = folder / NAME
    if not path.exists():
        return {}
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            f"cannot be read as a table: {error}", file=path, hint="restore it from git"
        ) from error
    if rows[:1] != [_COLUMNS]:
        hint = f"the first line is {','.join(_COLUMNS)}; run ccin-ld check-links again to write the file anew"
        raise BadInput("this is not the table of links", file=path, line=1, hint=hint)
    made = [_row(row, path, number) for number, row in enumerate(rows[1:], start=2)]
    return {one.address: one for one in made}


def _row(row: Sequence[str], path: Path, number: int) -> Checked:
    try:
        made = Checked(*row)
        date.fromisoformat(made.checked_on)
        if made.status not in _STATES:
            raise ValueError(f"{made.status!r} is none of {', '.join(_STATES)}")
    except (TypeError, ValueError) as error:
        hint = "take the line out, or restore the file from git"
        message = f"this row is not a checked link: {error}"
        raise BadInput(message, file=path, line=number, hint=hint) from error
    return made


def write_links(known: Iterable[Checked]) -> bytes:
    """Return the table as CSV, in the order of the addresses."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(sorted(astuple(one) for one in known))
    return text.getvalue().encode()


def due(addresses: Iterable[str], known: Mapping[str, Checked], limit: int | None = None) -> list[str]:
    """Return the addresses in the order to check them, never checked ones first, at most *limit*."""

    def longest_ago(address: str) -> tuple[str, str]:
        return known[address].checked_on if address in known else "", address

    return sorted(set(addresses), key=longest_ago)[:limit]


Ask = Callable[[str], Checked]


def check(addresses: Iterable[str], ask: Ask, *, pause: float = 1.0) -> list[Checked]:
    """Return what each address answers to *ask*, asking one host one thing at a time, with a pause between.

    Raises BadInput when not one of them answers at all: then it is this machine that is cut off.
    """
    by_host: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        by_host[address.split("/")[2]].append(address)

    def ask_host(asked: list[str]) -> list[Checked]:
        found = []
        for place, address in enumerate(asked):
            if place:
                time.sleep(pause)
            found.append(ask(address))
        return found

    with ThreadPoolExecutor(_HOSTS_AT_ONCE) as pool:
        found = [one for answers in pool.map(ask_host, by_host.values()) for one in answers]
    if found and not any(one.answer[:1].isdigit() for one in found):
        raise BadInput(
            f"none of {len(found)} addresses answered ({found[0].address}: {found[0].answer})",
            hint="see that this machine reaches the network; nothing has been written",
        )
    return sorted(found, key=lambda one: one.address)


def asking(on: date, *, timeout: float = 20.0, agent: str = "ccin-ld") -> Ask:
    """Return what asks one address, with HEAD and, where that fails, with GET, and dates the answer *on*."""
    opener = urllib.request.build_opener(_OnlyWeb())

    def ask(address: str) -> Checked:
        answer = _answer(opener, address, "HEAD", timeout, agent)
        if answer in map(str, _ASK_AGAIN) or not answer[:1].isdigit():
            answer = _answer(opener, address, "GET", timeout, agent)
        return Checked(address, _status(answer), answer, on.isoformat())

    return ask


class _OnlyWeb(urllib.request.HTTPRedirectHandler):
    """Follows a redirect to http and https only."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Return the request to follow with. Raises URLError for a scheme that is not of the web."""
        if not newurl.startswith(("http://", "https://")):
            raise urllib.error.URLError(f"redirects to {urlsplit(newurl).scheme}:")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _answer(
    opener: urllib.request.OpenerDirector, address: str, method: str, timeout: float, agent: str
) -> str:
    """Return the HTTP status of an address as text, or in a word why there is none."""
    try:
        request = urllib.request.Request(_ascii(address), method=method, headers={"User-Agent": agent})
        with opener.open(request, timeout=timeout) as response:
            return str(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return str(error.code)
    except urllib.error.URLError as error:
        return _reason(error.reason)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return _reason(error)


def _ascii(address: str) -> str:
    # RFC 3987, 3.1: an IRI becomes a URI by writing its other letters as %-escapes.
    return urllib.parse.quote(address, safe=":/?#[]@!$&'()*+,;=%~")


def _reason(reason: object) -> str:
    if isinstance(reason, TimeoutError) or "timed out" in str(reason):
        return "no answer in time"
    words = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    words = words or type(reason).__name__
    return f"no answer: {words}"


def _status(answer: str) -> str:
    if not answer.isdigit():
        return BROKEN
    code = int(answer)
    if code in _KEPT_OUT:
        return REFUSED
    return OK if code < 400 else BROKEN
