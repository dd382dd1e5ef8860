"""What is written, and when nothing is: whole or not at all, the same bytes again, nothing of anybody else's."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ccin_ld.build import Build
from ccin_ld.cli import main
from ccin_ld.config import Settings
from ccin_ld.errors import BadInput
from ccin_ld.export import Export, export_site
from ccin_ld.export.asking import ORIGIN
from ccin_ld.export.names import file_of, needs_server
from ccin_ld.web.app import App

from ..conftest import ROOT, ReadingClient
from ..crawler import Fetched, crawl
from .conftest import CHOIR_URL

BASE = "https://choirs.example/"
ORCHARD = ROOT / "tests" / "networks" / "orchard"


@pytest.mark.parametrize(
    ("address", "extension", "name"),
    [
        pytest.param("/", "html", "index.html", id="home"),
        pytest.param("/cy", "html", "cy.html", id="home in Welsh"),
        pytest.param("/doc/choir/alto", "html", "doc/choir/alto.html", id="a page"),
        pytest.param("/doc/choir/alto.ttl", None, "doc/choir/alto.ttl", id="a format"),
        pytest.param("/def/ccin/1.0", "html", "def/ccin/1.0.html", id="a page with a dot"),
        pytest.param("/.well-known/void", "ttl", ".well-known/void.ttl", id="no page"),
        pytest.param("/doc/claim?page=2", "html", "doc/claim~page-2.html", id="a state"),
        pytest.param("/doc/claim.json?page=2", None, "doc/claim~page-2.json", id="a state of a format"),
        pytest.param(
            "/unknown?kind=doubt&page=2", "html", "unknown~kind-doubt~page-2.html", id="two in order"
        ),
        pytest.param(
            "/unknown?page=2&kind=doubt", "html", "unknown~kind-doubt~page-2.html", id="the other order"
        ),
        pytest.param(
            f"/cite.bib?about={BASE}id/choir/alto", None, "cite~about-id/choir/alto.bib", id="an IRI"
        ),
        pytest.param("/talk?council=../../x", "html", "talk~council-.2e.2e/.2e.2e/x.html", id="no way out"),
        pytest.param("/talk?council=a//b", "html", "talk~council-a.2f.2fb.html", id="no empty step"),
    ],
)
def test_names(address: str, extension: str | None, name: str) -> None:
    assert file_of(address, extension, BASE) == name


@pytest.mark.parametrize(
    ("address", "needed"),
    [
        ("/search?q=x", True), ("/cy/search", True), ("/sparql", True), ("/report?about=x", True),
        ("/projects?sort=year", True), ("/projects?year=2020&principle=x", True), ("/oembed?url=x", True),
        ("/projects?year=2020", False), ("/unknown?kind=doubt&page=2", False), ("/members", False),
    ],
)  # fmt: skip
def test_what_needs_a_server(address: str, needed: bool) -> None:
    assert needs_server(address) is needed


def test_nothing_of_the_asked_address_is_left(export: Export, root: Path) -> None:
    left = [name for name in export.types if ORIGIN.encode() in (root / name).read_bytes()]
    assert left == []


def test_canonical_is_the_public_address(choir_export: Export, choir_root: Path) -> None:
    page = (choir_root / "songs" / "doc" / "organisation" / "alto.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{CHOIR_URL}/doc/organisation/alto">' in page
    assert f'hreflang="cy" href="{CHOIR_URL}/cy/doc/organisation/alto"' in page
    assert f"{CHOIR_URL}/doc/organisation/alto</loc>" in (choir_root / "songs" / "sitemap.xml").read_text()


def test_no_form_and_no_service_is_left_on_a_page(export: Export, root: Path) -> None:
    pages = [name for name in export.types if name.endswith(".html")]
    assert len(pages) > 2000
    wrong = re.compile(
        r'<form\b|rel="search"|\+oembed"|suggest\.[0-9a-f]+\.js|href="[^"]*[?][^"]*=(?=[^"]*")'
    )
    found = {}
    for name in pages:
        text = (root / name).read_text(encoding="utf-8")
        one = next((m[0] for m in wrong.finditer(text) if not m[0].startswith('href="http')), None)
        if one:
            found[name] = one
    assert found == {}


def test_triples_are_those_of_the_site(export: Export, root: Path, whole: App) -> None:
    client = ReadingClient(whole)
    for name in ("doc/council/oldham.ttl", "doc/council/oldham.nq", "members.csv", "def/ccin.ttl"):
        assert (root / name).read_bytes() == client.get(f"/{name}").data, name
    latest = sorted(name for name in export.types if re.match(r"data/[^/]+/latest/", name))
    assert len(latest) > 5
    for name in latest:
        assert (root / name).read_bytes() == client.get(f"/{name}").data, name


def test_checksums(choir_export: Export, choir_root: Path) -> None:
    site = choir_root / "songs"
    lines = (site / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    told = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    there = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert there == set(told) | {"SHA256SUMS"}
    assert all(hashlib.sha256((site / name).read_bytes()).hexdigest() == one for name, one in told.items())
    manifest = json.loads((site / "export.json").read_text(encoding="utf-8"))
    assert (manifest["publicUrl"], manifest["files"]) == (CHOIR_URL, len(told) - 1)
    assert manifest["build"] == choir_export.build


def test_another_process_writes_the_same_bytes(
    choir_settings: Settings, choir_root: Path, choir_export: Export, tmp_path: Path
) -> None:
    """Neither the names of blank nodes nor the order of sets, which differ by process, are to be seen."""
    command = [sys.executable, "-m", "ccin_ld.cli", "export", "--site", str(tmp_path / "again")]
    command += ["--data-dir", str(choir_settings.data_dir), "--var-dir", str(choir_settings.var_dir)]
    # As the settings of this run say it, and with another seed than any process has by chance.
    environment = {**os.environ, "PYTHONHASHSEED": "1", "CCIN_LD_PUBLIC_URL": CHOIR_URL}
    subprocess.run(command, check=True, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    there = (choir_root / "songs" / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    again = (tmp_path / "again" / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert len(there) > 3000
    assert sorted(set(there) ^ set(again), key=lambda line: line.partition("  ")[2]) == []


def test_a_folder_of_somebody_else_stays(choir: Build, choir_settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(BadInput, match="not empty"):
        export_site(choir, choir_settings, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize(
    "address", ["linked.example", "https://x.example/a b", 'https://x.example/";', "ftp://x"]
)
def test_what_is_no_public_address(
    choir: Build, choir_settings: Settings, tmp_path: Path, address: str
) -> None:
    with pytest.raises(BadInput, match="public address"):
        export_site(choir, choir_settings, tmp_path / "site", public_url=address)
    assert not any(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made(choir: Build, choir_settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(BadInput, match="cannot be written"):
        export_site(choir, choir_settings, tmp_path / "file" / "site")


def test_what_fails_leaves_the_earlier_export(
    choir: Build, choir_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "export.json").write_text('{"generator": "ccin-ld 0"}')
    monkeypatch.setattr("ccin_ld.export.site.ask", lambda app, address: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export_site(choir, choir_settings, site)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert [path.name for path in site.iterdir()] == ["export.json"]


def test_the_command_and_another_network(tmp_path: Path) -> None:
    """The second network, which has other addresses, lists and principles."""
    site = tmp_path / "site"
    record = ["--data-dir", str(ORCHARD), "--var-dir", str(tmp_path / "var")]
    run = CliRunner().invoke(main, ["export", "--site", str(site), *record])
    assert run.exit_code == 0, run.output
    assert "for https://orchards.example" in run.output
    page = (site / "doc" / "project" / "grafting.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://orchards.example/doc/project/grafting">' in page
    again = CliRunner().invoke(main, ["export", "--site", str(site), *record])
    assert again.exit_code == 0, again.output

    def fetch(path: str) -> Fetched:
        file = site / (path[1:] or "index.html")
        is_page = file.suffix == ".html"
        text = file.read_text(encoding="utf-8") if is_page and file.is_file() else ""
        return Fetched(200 if file.is_file() else 404, "text/html" if is_page else "", text)

    found = crawl(fetch)
    assert found.broken == {}
    assert "/doc/project/grafting.ttl" in found.seen


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param([], "it is not said what to write", id="nothing"),
        pytest.param(["members"], "it is not said what to write", id="a sheet without a file"),
        pytest.param(["members", "--site", "x"], "KIND is for sheets", id="both"),
        pytest.param(["--site", "x", "--to", "csv"], "--to is for sheets", id="a format of sheets"),
    ],
)
def test_what_the_command_refuses(arguments: list[str], words: str) -> None:
    run = CliRunner().invoke(main, ["export", *arguments])
    assert (run.exit_code, words in run.output) == (2, True)
