"""Looks at the letters of a query before anything parses it: length, nesting, SERVICE, updates.

Nothing is understood here. Where a letter could be read in two ways (``<`` opens an IRI or compares;
``'''`` opens a long string or, when that never ends, is an empty one with another behind it) both
readings are followed, so whatever the engine takes for the keyword SERVICE is seen here too. The price
is that a few harmless queries are refused, such as one with a prefix whose name holds "service".
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator

from ccin_ld.errors import QueryForbidden, QueryTooLong

UPDATE_FORMS = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")

_TURN = re.compile(r"""['"<#\\]""")
_COMMENT = re.compile(r"#[^\n\r]*")
_SHORT = {quote: re.compile(rf"{quote}(?:[^{quote}\\\n\r]|\\.)*+{quote}", re.DOTALL) for quote in "'\""}
_LONG = {quote: re.compile(rf"{quote * 3}(?:[^\\]|\\.)*?{quote * 3}", re.DOTALL) for quote in "'\""}
# As the grammar has it (STRING_LITERAL_LONG1 and 2), without \\u: every engine takes it for one string.
_SURELY_LONG = {
    quote: re.compile(rf"{quote * 3}(?:{quote}{{0,2}}(?:[^{quote}\\]|\\[tbnrf\\\"']))*+{quote * 3}")
    for quote in "'\""
}
# No expression and no path goes on with "//": after "<scheme:" it can only be an IRI.
_SURELY_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://[^\x00-\x20<>\"{}|^`\\]*>")
# At least what the engine takes for an IRI; what it refuses may be in here too.
_IRI = re.compile(r"<[^\x00-\x20<>\"{}|^`]*>")
# A run of name letters and what stands right before it.
_WORD = re.compile(r"([?$@:]?)([A-Za-z0-9_-]+)")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_PROLOGUE = re.compile(
    r"(?:[\s\ufeff]+|#[^\n\r]*|BASE\s*<[^>]*>|PREFIX\s*[^\s:<]*:\s*<[^>]*>|VERSION\s*(?:'[^']*'|\"[^\"]*\"))*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[()\[\]{}]")


def check(query: str, *, max_bytes: int, max_nesting: int) -> None:
    """Return when *query* may be given to a worker.

    Raises QueryTooLong for its length or nesting, QueryForbidden for SERVICE or an update.
    """
    _check_length(query, max_bytes)
    _check_update(query)
    if nesting(query, enough=max_nesting) > max_nesting:
        raise QueryTooLong(f"the query has brackets nested more than {max_nesting} deep")
    if asks_elsewhere(query):
        raise QueryForbidden(
            "SERVICE is not allowed here: this endpoint answers from its own data only",
            hint="Ask from the other side: an endpoint or tool of your own may send SERVICE to this one. "
            'A prefix or a relative IRI with "service" in its name has to be renamed.',
        )


def asks_elsewhere(query: str) -> bool:
    """Say whether an engine could read the keyword SERVICE in *query*, its escapes decoded or not."""
    # SPARQL 1.1 Query, 19.2: escapes may be decoded before parsing. Our engine does not, another may.
    return any("service" in text.lower() and _has_service(text) for text in {query, _decoded(query)})


def nesting(query: str, enough: int | None = None) -> int:
    """Return how deep the brackets of *query* can nest; past *enough* nobody needs to know how far."""
    deepest = 0
    reached = {0: 0}
    for start, end in code(query):
        depth = reached.pop(start, 0)
        for bracket in _BRACKETS.finditer(query, start, end):
            depth = depth + 1 if bracket.group() in "([{" else max(0, depth - 1)
            deepest = max(deepest, depth)
            if enough is not None and deepest > enough:
                return deepest  # a flood of deep queries costs little
        for follower in _followers(query, end):
            reached[follower] = max(depth, reached.get(follower, 0))
    return deepest


def code(query: str) -> Iterator[tuple[int, int]]:
    """Yield, in rising order, the stretches that may stand outside strings, IRIs and comments."""
    # What is behind is forgotten: a follower always lies ahead. 64 kB of "<" would else take 9 MB.
    waiting, known = [0], {0}
    while waiting:
        start = heapq.heappop(waiting)
        known.remove(start)
        turn = _TURN.search(query, start)
        end = turn.start() if turn else len(query)
        yield start, end
        for follower in _followers(query, end):
            if follower not in known:
                known.add(follower)
                heapq.heappush(waiting, follower)


def _followers(query: str, at: int) -> list[int]:
    """Return where code may go on after the string, IRI, comment or escape that begins *at*."""
    if at >= len(query):
        return []
    letter = query[at]
    if letter == "#":
        comment = _COMMENT.match(query, at)
        return [comment.end()] if comment else []
    if letter == "<":
        return _after_less_than(query, at)
    if letter == "\\":
        return [at + 2]  # x:a\'b is a local name with an apostrophe (PN_LOCAL_ESC)
    return _after_quote(query, at, letter)


def _after_less_than(query: str, at: int) -> list[int]:
    sure = _SURELY_IRI.match(query, at)
    if sure:
        return [sure.end()]
    iri = _IRI.match(query, at)
    return [at + 1, iri.end()] if iri else [at + 1]


def _after_quote(query: str, at: int, quote: str) -> list[int]:
    places = []
    if query.startswith(quote * 3, at):
        sure = _SURELY_LONG[quote].match(query, at)
        if sure:
            return [sure.end()]
        long = _LONG[quote].match(query, at)
        places += [long.end()] if long else []
    short = _SHORT[quote].match(query, at)
    places += [short.end()] if short else []
    # A string that never ends is an error for every engine; reading on sees more, never less.
    return places or [at + 1]


def _has_service(query: str) -> bool:
    return any(
        "service" in word.group(2).lower() and not _is_name(word)
        for start, end in code(query)
        for word in _WORD.finditer(query, start, end)
    )


def _is_name(word: re.Match[str]) -> bool:
    """Say whether "service" in *word* is swallowed by a variable, a language tag or a local name."""
    before, letters = word.groups()
    if before == ":":
        return not letters.startswith("-")
    return before in ("?", "$", "@") and "-" not in letters[: letters.lower().index("service")]


def _decoded(query: str) -> str:
    return _ESCAPE.sub(_letter, query)


def _letter(escape: re.Match[str]) -> str:
    number = int(escape.group(1) or escape.group(2), 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else " "


def _check_length(query: str, max_bytes: int) -> None:
    size = len(query.encode("utf-8", "surrogatepass"))
    if size > max_bytes:
        raise QueryTooLong(f"the query is {size:,} bytes long; at most {max_bytes:,} are read")


def _check_update(query: str) -> None:
    prologue = _PROLOGUE.match(query)
    first = re.compile(r"[A-Za-z]+").match(query, prologue.end() if prologue else 0)
    if first and first.group().upper() in UPDATE_FORMS:
        raise QueryForbidden(
            f"{first.group().upper()} is an update, and this endpoint only answers queries",
            hint="Use SELECT, ASK, CONSTRUCT or DESCRIBE. The data is changed by its keepers only.",
        )
