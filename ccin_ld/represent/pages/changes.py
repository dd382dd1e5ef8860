"""What differs between two states of the data, as a web page that stands by itself and can be mailed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ...words import words
from .messages import install

_TEMPLATES = Path(__file__).parent.parent.parent / "web" / "templates"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    install(environment, words())
    return environment


def page(changes: Mapping[str, Any], old: str, new: str) -> str:
    """Return the page of a difference (``Diff.to_dict``) between what is called *old* and *new*."""
    return _environment().get_template("changes.html").render(changes=changes, old=old, new=new)
