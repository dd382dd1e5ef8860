"""The front door: fewer than ten names, loaded when used, documented and typed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ccin_ld
from ccin_ld.build import Build


def test_fewer_than_ten_names_each_documented() -> None:
    assert len(ccin_ld.__all__) < 10
    assert ccin_ld.__all__ == sorted(ccin_ld.__all__)
    for name in ccin_ld.__all__:
        assert (getattr(ccin_ld, name).__doc__ or "").strip(), name
    assert set(ccin_ld.__all__) <= set(dir(ccin_ld))
    assert (Path(ccin_ld.__file__).parent / "py.typed").is_file()
    with pytest.raises(AttributeError, match="nothing"):
        ccin_ld.nothing  # noqa: B018


def test_nothing_is_loaded_before_it_is_used() -> None:
    code = "import sys, ccin_ld; print([m for m in sys.modules if m.split('.')[0] in ('flask', 'rdflib', 'pyoxigraph', 'pyshacl', 'granian') or m.startswith('ccin_ld.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_open_describe_select(built: Build) -> None:
    build = ccin_ld.open_build(built.folder)
    resource = ccin_ld.describe(build, "https://w3id.org/ccin/id/council/oldham")
    assert resource.label() == "Oldham Council"
    rows = ccin_ld.select(
        build, "SELECT ?name WHERE { <https://w3id.org/ccin/id/council/oldham> rdfs:label ?name }"
    )
    assert [row["name"].value for row in rows] == ["Oldham Council"]
    with pytest.raises(ccin_ld.LinkedDataError):
        ccin_ld.describe(build, "https://w3id.org/ccin/id/council/nowhere")
    with pytest.raises(ccin_ld.LinkedDataError, match="SERVICE"):
        ccin_ld.select(build, "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }")


def test_the_documented_session_works(built: Build) -> None:
    """The lines of docs/python.md run as they stand."""
    text = (Path(__file__).parent.parent / "docs" / "python.md").read_text(encoding="utf-8")
    code = (
        text.split("```python\n")[1].split("```")[0].replace("open_build()", f'open_build("{built.folder}")')
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Oldham Council" in done.stdout
