"""The versions of one address: as application/link-format (RFC 7089, section 5) and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from werkzeug.http import http_date

from ..archive import Entry


def link_format(original: str, timemap: str, versions: Sequence[tuple[str, Entry]]) -> bytes:
    """Return a TimeMap: the original, which is its own TimeGate, this list, and each version with its time.

    *versions* are addresses with what happened, the oldest first.
    """
    span = f'; from="{http_date(versions[0][1].at)}"; until="{http_date(versions[-1][1].at)}"'
    lines = [
        f'<{original}>; rel="original timegate"',
        f'<{timemap}>; rel="self"; type="application/link-format"{span}',
        *(f'<{href}>; rel="{rel}"; datetime="{http_date(at)}"' for href, rel, at in mementos(versions)),
    ]
    return (",\n".join(lines) + "\n").encode()


def mementos(versions: Sequence[tuple[str, Entry]]) -> Iterator[tuple[str, str, datetime]]:
    """Yield address, relation and time of each version: ``first memento``, ``memento``, ``last memento``."""
    last = len(versions) - 1
    for place, (href, entry) in enumerate(versions):
        ends = [name for name, end in (("first", 0), ("last", last)) if place == end]
        yield href, " ".join([*ends, "memento"]), entry.at


def as_json(original: str, timemap: str, versions: Sequence[tuple[str, Entry]]) -> dict[str, Any]:
    """Return a TimeMap as plain data, in the form that Memento aggregators use, with what happened."""
    listed = [
        {
            "datetime": entry.at.isoformat().replace("+00:00", "Z"),
            "uri": href,
            "change": entry.kind,
            "release": entry.release,
            "sentences": list(entry.sentences),
        }
        for href, entry in versions
    ]
    ends = {name: {key: one[key] for key in ("datetime", "uri")} for name, one in
            (("first", listed[0]), ("last", listed[-1]))}  # fmt: skip
    return {
        "original_uri": original,
        "timegate_uri": original,
        "timemap_uri": {"link_format": timemap, "json_format": f"{timemap}.json"},
        "mementos": {**ends, "list": listed},
    }
