"""What differs between two states of the data, as a web page that stands by itself and can be mailed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Path(__file__).parent.parent.parent / "web" / "templates"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def page(changes: Mapping[str, Any], old: str, new: str) -> str:
    """Return the page of a difference (``Diff.to_dict``) between what is called *old* and *new*."""
    return _environment().get_template("changes.html").render(changes=changes, old=old, new=new)
