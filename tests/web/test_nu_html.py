"""The Nu HTML checker finds nothing in any kind of page, no error and no warning.

It is the npm package vnu-jar, pinned in tests/tools, and needs Java: ``npm ci --prefix tests/tools``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from werkzeug.test import Client

from ..conftest import missing
from ..page_kinds import PAGES

JAR = Path(__file__).parents[1] / "tools" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
STATIC = Path(__file__).parents[2] / "ccin_ld" / "web" / "static"


def checked(files: list[Path], *options: str) -> dict[str, list[str]]:
    """Return what the checker says of each file. Skips, or fails in CI, where it cannot run."""
    java = shutil.which("java")
    if java is None:
        missing("there is no Java for the HTML checker")
    if not JAR.is_file():
        missing("the HTML checker is not there; run: npm ci --prefix tests/tools")
    command = [
        java,
        "-Xss4m",
        "-jar",
        str(JAR),
        "--stdout",
        "--exit-zero-always",
        "--format",
        "json",
        *options,
    ]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, check=True, timeout=300)
    found: dict[str, list[str]] = {file.name: [] for file in files}
    for one in json.loads(done.stdout)["messages"]:
        name = Path(one.get("url", "")).name
        place = f"line {one.get('lastLine')}: {one.get('extract', '').strip()}"
        found.setdefault(name, []).append(f"{one.get('subType') or one['type']}: {one['message']} ({place})")
    return found


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the pages."""
    return tmp_path_factory.mktemp("pages")


def saved(client: Client, folder: Path, paths: dict[str, str]) -> list[Path]:
    """Save a page under each name, for one run of the checker: it takes seconds to start."""
    files = []
    for name, path in paths.items():
        file = folder / f"{name.replace(' ', '-')}.html"
        file.write_bytes(client.get(path, headers={"Accept": "text/html"}, buffered=True).data)
        files.append(file)
    return files


def test_the_checker_sees_mistakes(pages: Path) -> None:
    page = pages / "wrong.html"
    page.write_text(
        "<!doctype html><html lang=en><title>x</title><p><div id=a></div></p><i id=a></i>", encoding="utf-8"
    )
    assert len(checked([page])["wrong.html"]) >= 2


def test_nothing_is_wrong_in_any_kind_of_page(client: Client, pages: Path) -> None:
    files = saved(client, pages, PAGES)
    assert len(files) == len(PAGES)
    assert {name: faults for name, faults in checked(files).items() if faults} == {}


def test_nothing_is_wrong_in_the_pictures_that_stand_alone() -> None:
    files = sorted(STATIC.glob("*.svg"))
    assert files
    assert {name: faults for name, faults in checked(files, "--svg").items() if faults} == {}
