"""An invented network with statements about memberships and with things taken back: built once, for tests."""

from __future__ import annotations

from pathlib import Path

CHOIR = Path(__file__).parent / "networks" / "choir"
BASE = "https://choirs.example/"


def body(key: str) -> str:
    """Return the IRI of one of its organisations."""
    return f"{BASE}id/organisation/{key}"
