"""The colour choice as a style sheet of a few lines, read out of the tokens of ``style.css``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

STYLE = Path(__file__).parents[2] / "web" / "static" / "style.css"
Choice = Literal["light", "dark"]
_DECLARATION = re.compile(r"(color-scheme|--[a-z0-9-]+)\s*:\s*([^;]+);")


@cache
def theme_css(choice: Choice | None) -> str:
    """Return the style sheet that makes a page light or dark whatever the device says; empty for None.

    The rules are in no layer, so they win over the layered tokens; on screen only, so that paper stays white.
    """
    if choice is None:
        return "/* The colours follow the device. */\n"
    blocks = _blocks(STYLE.read_text(encoding="utf-8"))
    # The light block also holds type and space, which the dark one leaves alone.
    lines = [f"    {name}: {blocks[choice][name]};" for name in blocks["dark"]]
    return "@media screen {\n  :root {\n" + "\n".join(lines) + "\n  }\n}\n"


def _blocks(css: str) -> dict[str, dict[str, str]]:
    """Return the declarations of the light and of the dark tokens."""
    starts = {"light": r":root\s*\{", "dark": r':root\[data-theme="dark"\]\s*\{'}
    found = {}
    for name, pattern in starts.items():
        match = re.search(pattern + r"([^}]*)\}", css)
        assert match, f"{STYLE} has no block of {name} tokens"
        found[name] = dict(_DECLARATION.findall(match[1]))
    return found
