"""Imports run one way: foundations, model, (ingest … description), (build, web), export, cli (design, section 4)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "ccin_ld"

# A room may import rooms on a lower floor, and modules of its own room.
FLOORS = {
    "errors": 0, "config": 0, "namespaces": 0, "iris": 0, "reports": 0, "words": 0, "names": 0,
    "database": 0,
    "record": 1, "dataset": 1, "resource": 1, "graph": 1, "model": 1, "derivation": 1,
    "history": 1, "tombstones": 1, "network_facts": 1, "paths": 1, "facets": 1, "diff": 1,
    "ledger": 1, "links": 1, "questions": 1, "stories": 1, "namings": 1, "changes": 1,
    "ingest": 2, "validation": 2, "store": 2, "index": 2, "represent": 2, "description": 2,
    "quality": 2, "gaps": 2, "published": 2, "identifiers": 2, "reconcile": 2, "archive": 2,
    "build": 3, "release_files": 3,
    "release": 4, "web": 4, "notify": 4,
    "export": 5,
    "cli": 6, "extraction": 6,
}  # fmt: skip
# Neighbours that may be met on the same floor: pages are made from what the index and the store say.
NEIGHBOURS = {
    ("reconcile", "store"),
    ("reconcile", "index"),
    ("represent", "index"), ("represent", "store"), ("description", "represent"),
    ("represent", "archive"), ("description", "archive"),
    ("ingest", "validation"),  # what is wrong with a cell is said in the words of the shapes
    ("published", "represent"), ("release_files", "build"),
    ("gaps", "validation"), ("represent", "gaps"),
    ("identifiers", "index"), ("identifiers", "store"), ("represent", "identifiers"),
    ("quality", "validation"), ("represent", "quality"), ("represent", "description"), ("description", "quality"), ("description", "validation"),
}  # fmt: skip
APART = {"ingest": {"web"}, "validation": {"web"}, "build": {"web"}}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room(parts: tuple[str, ...]) -> str:
    return parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """Return the rooms of this package that a module imports, also inside functions."""
    here = path.relative_to(PACKAGE).parts
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= _from(node, here)
        elif isinstance(node, ast.Import):
            found |= {name.name.split(".")[1] for name in node.names if name.name.startswith("ccin_ld.")}
    return found - {"__version__"}


def _from(node: ast.ImportFrom, here: tuple[str, ...]) -> set[str]:
    module = (node.module or "").split(".") if node.module else []
    if node.level == 0:
        return {module[1]} if module[:1] == ["ccin_ld"] and len(module) > 1 else set()
    above = list(here[:-1])[: len(here) - node.level]
    if len(here) - node.level < 0:
        raise AssertionError(f"{here}: the import leaves the package")
    full = above + module
    return {full[0]} if full else {name.name for name in node.names}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    mine = room(path.relative_to(PACKAGE).parts)
    assert mine in FLOORS, f"{mine} has no floor: say where it stands"
    for other in imported_rooms(path) - {mine}:
        lower = FLOORS[other] < FLOORS[mine] or (FLOORS[mine] < 2 and FLOORS[other] <= FLOORS[mine])
        assert lower or (mine, other) in NEIGHBOURS, f"{mine} imports {other}, which is not below it"
        assert other not in APART.get(mine, set())


def test_every_room_is_known() -> None:
    rooms = {room(path.relative_to(PACKAGE).parts) for path in MODULES}
    assert rooms <= set(FLOORS)
    assert len(MODULES) > 20


def test_only_config_reads_the_environment() -> None:
    readers = [
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if "os.environ" in path.read_text(encoding="utf-8") or "getenv" in path.read_text(encoding="utf-8")
    ]
    assert readers == ["config.py"]


NETWORK_WORDS = (
    "councils.coop",
    "Co-operative Councils",
    "Oldham",
    "eoi-action",
    "Policy Lab",
    "Lead Member",
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_the_code_knows_the_ontology_not_the_network(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [word for word in NETWORK_WORDS if word in text] == []
