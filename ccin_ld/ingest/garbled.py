"""Letters that were lost when a file was saved: words in UTF-8 that were read as Windows text, and gaps."""

from __future__ import annotations

import re

_LOST = "\ufffd"
_RUN = re.compile(r"[^\x00-\x7f]+")
# What such a run can have been: the letters of western Europe, those of Welsh, and signs of print.
_LIKELY = re.compile(r"[\u00a0-\u00ff\u0174-\u0177\u2010-\u203a\u20ac\u2122]+")


def why_garbled(text: str) -> tuple[str, str] | None:
    """Return what is wrong with the letters of *text*, and how it should read if that is known, or None."""
    if _LOST in text:
        return "a letter was lost here when the file was saved", ""
    meant = _RUN.sub(lambda run: _meant(run[0]) or run[0], text)
    if meant == text:
        return None
    return "the letters here are those of another encoding", meant


def _meant(run: str) -> str | None:
    """Return what a run of letters was before its UTF-8 was read as Windows text, or None if it was not."""
    try:
        meant = b"".join(_byte(sign) for sign in run).decode("utf-8")
    except UnicodeError:
        return None
    return meant if _LIKELY.fullmatch(meant) else None


def _byte(sign: str) -> bytes:
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")  # five signs that Windows-1252 does not have are passed on as they are
