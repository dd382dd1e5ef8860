"""Validators of queries: known before a query is evaluated, so that asking again costs nothing.

The same query over the same build has the same answer, byte for byte, unless it draws lots, looks at the
clock or makes blank nodes. Its tag is a digest of all that the answer depends on; it holds for every process
that serves the build, and after a restart too (RFC 9110, 8.8.3).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.http import parse_etags

from .. import __version__
from .protocol import QueryRequest

# SPARQL 1.1 Query, 17.4 and 16.2: functions that answer otherwise each time, blank nodes in a template; 19.2:
# either spelled with escapes.
CHANGING = re.compile(r"\\u|\b(?:now|rand|uuid|struuid)\b", re.IGNORECASE)
_BLANK = re.compile(r"\bbnode\b|_:|\[", re.IGNORECASE)


@dataclass(frozen=True)
class Answering:
    """What an answer depends on beside the request."""

    build: str
    address: str  # of the endpoint: relative IRIs are resolved against it
    rows: int
    bytes: int


def query_tag(asked: QueryRequest, answering: Answering) -> str | None:
    """Return the entity tag of the answer to *asked*; None when it may be another the next time."""
    if CHANGING.search(asked.query) or _BLANK.search(asked.query):
        return None
    rows = min(answering.rows, asked.rows or answering.rows)
    forms = [one and one.form for one in (asked.results, asked.graph)]
    known: Sequence[object] = (
        __version__, answering.build, answering.address, rows, answering.bytes, forms,
        asked.default_graphs, asked.named_graphs, asked.query,
    )  # fmt: skip
    return "q" + hashlib.blake2b(json.dumps(known).encode(), digest_size=12).hexdigest()


def held(tag: str, if_none_match: str | None) -> str | None:
    """Return the tag under which the client holds the answer, in whichever coding; None when it does not.

    ``*`` holds for no answer here: whether there is one is not known yet.
    """
    tags = parse_etags(if_none_match)
    return next((one for one in (tag, f"{tag}-gzip") if one in tags.as_set(include_weak=True)), None)
