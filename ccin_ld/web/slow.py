"""The log of slow queries: what a keeper needs to find them again, and nothing of whoever asked.

A line has the time taken, the status, and the query's length and digest: neither an address nor the query,
which may hold names. Whoever has a query can tell by its digest whether it is the one:
``printf %s "$QUERY" | b2sum --length=64``.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable

from .problems import status_of

log = logging.getLogger("ccin_ld.queries")
Watch = Callable[[str, float, Exception | None], None]


def slow_queries(after: float) -> Watch:
    """Return a function that logs the queries that took *after* seconds or more, answered or not."""

    def watch(query: str, seconds: float, error: Exception | None) -> None:
        if seconds >= after:
            data = query.encode("utf-8", "surrogatepass")
            digest = hashlib.blake2b(data, digest_size=8).hexdigest()
            status = 200 if error is None else status_of(error)
            log.warning(
                "slow query: %.2f s, status %d, %d bytes, digest %s", seconds, status, len(data), digest
            )

    return watch
