"""What is written is what is so: README, docs and changelog against the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ccin_ld import __version__
from ccin_ld.cli import main

ROOT = Path(__file__).parent.parent
DOCS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
]


def test_first_screen_of_the_readme() -> None:
    """One sentence, for whom, two commands, one curl."""
    first = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:20]
    assert first[0] == "# CCIN Linked Data"
    assert [line.split("#")[0].strip() for line in first if line.startswith("make ")] == [
        "make serve",
        "make test",
    ]
    assert len([line for line in first if line.startswith("curl ")]) == 1


def test_the_two_commands_are_in_the_makefile() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"serve", "test", "check", "help"} <= set(targets)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_between_files(path: Path) -> None:
    # What stands in a block of code is an example, and leads nowhere.
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (path.parent / target).exists(), target


def test_every_command_is_in_the_readme_and_every_one_there_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`ccin-ld ([a-z-]+)", readme))
    assert named == set(main.commands)


def test_the_version_is_in_the_changelog_and_the_package() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_every_dependency_is_used() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("dependencies = [")[1].split("]")[0]
    names = re.findall(r'"([A-Za-z0-9_-]+)', block)
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "ccin_ld").rglob("*.py"))
    imported_as = {
        "beautifulsoup4": "bs4",
        "SPARQLWrapper": "SPARQLWrapper",
        "markdown-it-py": "markdown_it",
    }
    for name in names:
        module = imported_as.get(name, name.lower())
        assert re.search(rf"(?:from|import) {module}\b", code), name


def test_the_mentions_that_must_not_be() -> None:
    """Nothing here names the place where it was written, or paths of it."""
    for path in [*DOCS, *(ROOT / "ccin_ld").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        assert "/work" + "/" not in path.read_text(encoding="utf-8"), path
