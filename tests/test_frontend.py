"""The query editor's source and its build: pinned packages, licences, and an installation that never fails for it."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

import ccin_ld.web.site
from ccin_ld.cli import main

from .conftest import ROOT, missing

FRONTEND = ROOT / "frontend"
VENDOR = ROOT / "ccin_ld" / "web" / "static" / "vendor"


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", FRONTEND / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hook = loaded()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the package is built from."""
    root = tmp_path / "project"
    root.mkdir()
    for name in ("pyproject.toml", ".gitignore", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, root)
    for name in ("frontend", "ontology"):
        shutil.copytree(
            ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules")
        )
    shutil.copytree(
        ROOT / "ccin_ld", root / "ccin_ld", ignore=shutil.ignore_patterns("__pycache__", "vendor")
    )
    return root


@pytest.fixture
def no_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever CI asks for, these tests ask for nothing."""
    monkeypatch.delenv("CCIN_LD_FRONTEND", raising=False)


class Warnings:
    """Stands for hatchling's application: keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def display_warning(self, message: str) -> None:
        self.told.append(message)


def made_hook(root: Path, app: Warnings | None = None) -> Any:
    return hook.EditorHook(str(root), {}, None, None, str(root), "wheel", app)


@pytest.fixture
def broken_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An npm that reaches nobody."""
    folder = tmp_path / "bin"
    folder.mkdir()
    npm = folder / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error code ENOTFOUND'\nexit 1\n", encoding="utf-8")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_every_package_is_pinned_and_free() -> None:
    wanted = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    versions = {**wanted["dependencies"], **wanted["devDependencies"]}
    lock = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert {name: packages[f"node_modules/{name}"]["version"] for name in versions} == versions
    assert {one["license"] for one in packages.values()} == {"MIT"}
    assert [name for name, one in packages.items() if not one["integrity"].startswith("sha512-")] == []
    # Which registry they come from is for the machine to say.
    assert [name for name, one in packages.items() if "resolved" in one] == []


def test_only_the_modules_that_are_named_are_imported() -> None:
    """A package that another one brings along may go with its next version."""
    named = set(json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))["dependencies"])
    imported = set()
    for path in FRONTEND.glob("*.js"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if " from " in line and line.endswith('";') and '"./' not in line:
                imported.add(line.rsplit('"', 2)[1])
    assert imported == named


@pytest.mark.usefixtures("no_wish")
def test_a_bundle_is_fresh_as_long_as_its_sources_are(project: Path, tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    (vendor / "sparql-editor.js").write_text("1", encoding="utf-8")
    assert not hook.is_fresh(project / "frontend", vendor)
    (vendor / hook.STAMP).write_text(hook.digest(project / "frontend"), encoding="ascii")
    assert hook.is_fresh(project / "frontend", vendor)
    for name in ("sparql-editor.js", "package-lock.json", "build.mjs", ".npmrc"):
        path = project / "frontend" / name
        before = path.read_bytes()
        path.write_bytes(before + b"\n")
        assert not hook.is_fresh(project / "frontend", vendor), name
        path.write_bytes(before)
    assert hook.is_fresh(project / "frontend", vendor)


@pytest.mark.usefixtures("no_wish", "broken_npm")
def test_what_fails_is_a_warning(project: Path) -> None:
    app = Warnings()
    made_hook(project, app).initialize("standard", {})
    assert not (project / "ccin_ld" / "web" / "static" / "vendor").exists()
    assert len(app.told) == 1
    assert "ENOTFOUND" in app.told[0]
    assert "plain form" in app.told[0]


@pytest.mark.usefixtures("broken_npm")
def test_what_fails_is_an_error_where_it_is_required(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCIN_LD_FRONTEND", "require")
    with pytest.raises(RuntimeError, match="ENOTFOUND"):
        made_hook(project, Warnings()).initialize("standard", {})


@pytest.mark.usefixtures("no_wish", "broken_npm")
def test_a_fresh_bundle_is_kept_without_network(project: Path) -> None:
    vendor = project / "ccin_ld" / "web" / "static" / "vendor"
    vendor.mkdir()
    (vendor / "sparql-editor.js").write_text("1", encoding="utf-8")
    (vendor / hook.STAMP).write_text(hook.digest(project / "frontend"), encoding="ascii")
    app = Warnings()
    made_hook(project, app).initialize("editable", {})
    assert app.told == []
    assert (vendor / "sparql-editor.js").read_text(encoding="utf-8") == "1"


def test_a_wish_that_means_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCIN_LD_FRONTEND", "maybe")
    with pytest.raises(ValueError, match="skip, require, or not set"):
        hook.wish()


@pytest.mark.parametrize(
    ("npm", "machine", "glibc", "wish", "needed"),
    [
        pytest.param(None, "x86_64", "2.36", "", True, id="no npm"),
        pytest.param("/usr/bin/npm", "x86_64", "2.36", "", False, id="npm"),
        pytest.param(None, "x86_64", "2.36", "skip", False, id="not wanted"),
        pytest.param(None, "riscv64", "2.36", "", False, id="no wheel for the machine"),
        pytest.param(None, "aarch64", "2.17", "", False, id="no wheel for so old a system"),
    ],
)
def test_node_comes_from_pypi_only_where_it_is_needed(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    npm: str | None,
    machine: str,
    glibc: str,
    wish: str,
    needed: bool,
) -> None:
    find: Callable[..., str | None] = lambda name, **more: npm  # noqa: E731
    monkeypatch.setattr(hook.shutil, "which", find)
    monkeypatch.setattr(hook.platform, "system", lambda: "Linux")
    monkeypatch.setattr(hook.platform, "machine", lambda: machine)
    monkeypatch.setattr(hook.platform, "libc_ver", lambda: ("glibc", glibc))
    monkeypatch.setenv("CCIN_LD_FRONTEND", wish)
    assert bool(made_hook(project).dependencies()) is needed


def wheel(project: Path, folder: Path, wish: str) -> set[str]:
    """Return the names in the wheel that hatchling makes of a project."""
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    environment = {**os.environ, "CCIN_LD_FRONTEND": wish}
    done = subprocess.run(words, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as opened:
        return set(opened.namelist())


def test_a_wheel_without_the_editor(project: Path, tmp_path: Path) -> None:
    names = wheel(project, tmp_path / "dist", "skip")
    assert "ccin_ld/web/static/style.css" in names
    assert [name for name in names if "vendor" in name] == []


def test_a_wheel_with_the_editor_and_the_licences(project: Path, tmp_path: Path) -> None:
    if not shutil.which("npm"):
        missing("npm is not there")
    names = wheel(project, tmp_path / "dist", "require")
    made = {name.rpartition("/")[2] for name in names if name.startswith("ccin_ld/web/static/vendor/")}
    assert made == {"sparql-editor.js", "sparql-editor.licences.txt"}
    vendor = project / "ccin_ld" / "web" / "static" / "vendor"
    licences = (vendor / "sparql-editor.licences.txt").read_text(encoding="utf-8")
    for name in json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))["dependencies"]:
        assert f"\n{name} " in licences
    assert licences.count("Permission is hereby granted") == int(licences.split()[7])
    script = (vendor / "sparql-editor.js").read_text(encoding="utf-8")
    assert "sparql-editor.licences.txt" in script.splitlines()[0]
    assert "prefix.cc" not in script
    # The same sources make the same bytes, so the address of the asset changes only when they do.
    if hook.is_fresh(FRONTEND, VENDOR):
        assert (VENDOR / "sparql-editor.js").read_text(encoding="utf-8") == script


def test_the_command_line_says_whether_it_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    there = "The editor of the query page is there."
    static = tmp_path / "static"
    (static / "vendor").mkdir(parents=True)
    (static / "vendor" / "sparql-editor.js").write_text("1", encoding="utf-8")
    monkeypatch.setattr(ccin_ld.web.site, "STATIC", static)
    assert there in CliRunner().invoke(main, ["settings"]).output
    monkeypatch.setattr(ccin_ld.web.site, "STATIC", tmp_path)
    assert "query page is not there" in CliRunner().invoke(main, ["settings"]).output
