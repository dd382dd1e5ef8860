"""docs/profiles.md and docs/linking.md: every address that is asked there answers, and every path there is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from werkzeug.test import Client

from ccin_ld.represent.profiles import PROFILES

DOCS = Path(__file__).parents[2] / "docs"
HOST = "http://localhost:8000"


def commands() -> list[str]:
    texts = [(DOCS / name).read_text(encoding="utf-8") for name in ("profiles.md", "linking.md")]
    return [line for text in texts for line in text.splitlines() if line.startswith("curl ")]


@pytest.mark.parametrize("line", commands())
def test_a_command_works(client: Client, line: str) -> None:
    words = shlex.split(line)
    headers = dict(word.split(": ", 1) for word in words if re.match(r"[A-Za-z-]+: ", word))
    (address,) = [word for word in words if word.startswith(HOST)]
    answer = client.get(
        address.removeprefix(HOST), headers=headers, follow_redirects="-L" in line or "-sL" in line
    )
    assert answer.status_code == 200, answer.text
    if "Accept" in headers and "," not in headers["Accept"]:
        assert answer.headers["Content-Type"].split(";")[0] == headers["Accept"]


def test_every_profile_is_in_the_table() -> None:
    text = (DOCS / "profiles.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z]+)` \|", text, re.MULTILINE) == [one.token for one in PROFILES]
