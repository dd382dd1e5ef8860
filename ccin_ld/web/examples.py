"""The example queries: one .rq file each, with its title and sentence in comments on top."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_ABOUT = re.compile(r"^#\s*(title|description):\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """One example query."""

    name: str
    title: str
    description: str
    query: str


@lru_cache(maxsize=8)
def examples(folder: Path) -> tuple[Example, ...]:
    """Return the examples of a folder in the order of their names; none when there is no such folder."""
    return tuple(_example(path) for path in sorted(folder.glob("*.rq")))


def _example(path: Path) -> Example:
    text = path.read_text(encoding="utf-8")
    about = {match[1]: match[2].strip() for match in _ABOUT.finditer(text)}
    query = _ABOUT.sub("", text).strip() + "\n"
    return Example(path.stem, about.get("title", path.stem), about.get("description", ""), query)
