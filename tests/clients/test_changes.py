"""The examples of docs/changes.md, as a harvester would run them: each says what the page says it says."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ..conftest import missing
from ..web.test_server import Server

DOCS = Path(__file__).parents[2] / "docs" / "changes.md"
EXAMPLES = re.findall(
    r"```sh\n(.*?)\n```\n\n```text\n(.*?)\n```", DOCS.read_text(encoding="utf-8"), re.DOTALL
)
HOST = "http://localhost:8000"


def test_every_command_has_its_answer() -> None:
    assert len(EXAMPLES) == DOCS.read_text(encoding="utf-8").count("```sh\n") == 9


@pytest.mark.parametrize(("command", "answer"), EXAMPLES)
def test_an_example(server: Server, command: str, answer: str) -> None:
    if not shutil.which("curl"):
        missing("curl is not installed")
    done = subprocess.run(
        command.replace(HOST, server.url), shell=True, capture_output=True, text=True, check=True
    )
    said = {line.strip() for line in done.stdout.replace(server.url, HOST).splitlines()}
    assert [line for line in answer.splitlines() if line.strip() not in said] == []
