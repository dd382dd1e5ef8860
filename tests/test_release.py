"""Releases: kept in the ledger, made again from it byte for byte, gone back to (design, 1.3; rows C5, U4)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from ccin_ld.build import build, is_current, open_build, select
from ccin_ld.cli import main
from ccin_ld.config import Settings
from ccin_ld.errors import BadInput, BadRecord, BuildFailed, ShapesViolated
from ccin_ld.ledger import Ledger, Release, is_name, subjects, whole
from ccin_ld.namespaces import CCIN, DCT, PROV
from ccin_ld.release import release, rollback

ROOT = Path(__file__).parent.parent
ORCHARD = Path(__file__).parent / "networks" / "orchard"
BASE = "https://orchards.example/"
TRUST = BASE + "id/organisation/pomona"
FIRST, SECOND = date(2026, 11, 23), date(2026, 12, 1)


@pytest.fixture
def orchard(tmp_path: Path) -> Settings:
    """A copy of the small network, in which a test may change what it likes."""
    shutil.copytree(ORCHARD, tmp_path / "data")
    return Settings(data_dir=tmp_path / "data", var_dir=tmp_path / "var")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Release, Release]:
    """The folder of the small network with two Releases, made once; tests get copies."""
    home = tmp_path_factory.mktemp("released")
    shutil.copytree(ORCHARD, home / "data")
    settings = Settings(data_dir=home / "data", var_dir=home / "var")
    first = release(settings, FIRST).release
    rename(settings, "Pomona Trust", "Pomona Foundation")
    return home / "data", first, release(settings, SECOND).release


@pytest.fixture
def two(tmp_path: Path, released: tuple[Path, Release, Release]) -> tuple[Settings, Release, Release]:
    """The small network with two Releases; the trust has another name in the second."""
    data, first, second = released
    shutil.copytree(data, tmp_path / "data")
    return Settings(data_dir=tmp_path / "data", var_dir=tmp_path / "var"), first, second


def rename(settings: Settings, old: str, new: str) -> None:
    path = settings.data_dir / "graphs" / "orchard.ttl"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def ledger(settings: Settings) -> Ledger:
    return Ledger(settings.data_dir / "releases")


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


class TestMaking:
    def test_a_release_says_what_it_is(self, two: tuple[Settings, Release, Release]) -> None:
        settings, first, second = two
        assert (first.previous, second.previous) == (None, first.name)
        assert first.name == f"2026-11-23-{first.id[:8]}"
        assert is_name(first.name)
        assert first.classes[CCIN + "Project"] == 1
        assert (first.removed, second.added, second.removed) == (0, second.removed, second.added)
        assert second.findings["violation"] == 0
        assert [one.name for one in ledger(settings).releases] == [first.name, second.name]

    def test_the_same_day_and_data_change_nothing(self, two: tuple[Settings, Release, Release]) -> None:
        settings, _, second = two
        before = bytes_in(settings.data_dir)
        for day in (SECOND, date(2027, 1, 1)):
            made = release(settings, day)
            assert (made.is_new, made.release) == (False, second)
        assert bytes_in(settings.data_dir) == before

    def test_the_same_input_gives_the_same_ledger_elsewhere(
        self, two: tuple[Settings, Release, Release], tmp_path: Path
    ) -> None:
        settings, _, _ = two
        other = replace(settings, data_dir=tmp_path / "other" / "data")
        shutil.copytree(ORCHARD, other.data_dir)
        release(other, FIRST)
        rename(other, "Pomona Trust", "Pomona Foundation")
        release(other, SECOND)
        assert bytes_in(other.data_dir / "releases") == bytes_in(settings.data_dir / "releases")

    def test_a_day_before_the_newest_is_refused(self, two: tuple[Settings, Release, Release]) -> None:
        settings, _, _ = two
        rename(settings, "Pomona Foundation", "Pomona")
        with pytest.raises(BadInput, match="before the newest Release"):
            release(settings, date(2026, 11, 30))
        assert len(ledger(settings).releases) == 2

    def test_a_day_before_an_import_is_refused(self, orchard: Settings) -> None:
        (orchard.data_dir / "sources").mkdir()
        (orchard.data_dir / "sources" / "imports.csv").write_text(
            f"source,file,sha256,first_imported,version\norchard,orchard.txt,{'0' * 64},2026-02-01,0.1.0\n"
        )
        with pytest.raises(BadInput, match="before an import"):
            release(orchard, date(2026, 1, 31))
        assert release(orchard, date(2026, 2, 1)).release.name.startswith("2026-02-01-")

    def test_violations_are_refused(self, orchard: Settings) -> None:
        rename(orchard, 'ccin:toYear "2025"', 'ccin:toYear "1990"')
        with pytest.raises(ShapesViolated):
            release(orchard, FIRST)
        assert not (orchard.data_dir / "releases").exists()

    def test_a_release_may_come_back_later_but_not_on_its_day(
        self, two: tuple[Settings, Release, Release]
    ) -> None:
        settings, first, _ = two
        rename(settings, "Pomona Foundation", "Pomona Trust")
        made = release(settings, date(2026, 12, 2))
        assert made.release.id == first.id
        assert ledger(settings).lines(made.release) >= {
            line for line in ledger(settings).lines(first) if "documents" not in line
        }
        rename(settings, "Pomona Trust", "Pomona Foundation")
        with pytest.raises(BadInput, match="before the newest"):
            release(settings, SECOND)

    def test_the_same_data_twice_on_one_day_has_no_second_address(self, orchard: Settings) -> None:
        release(orchard, FIRST)
        rename(orchard, "Pomona Trust", "Pomona")
        release(orchard, FIRST)
        rename(orchard, '"Pomona"@en .', '"Pomona Trust"@en .')
        with pytest.raises(BadInput, match="already"):
            release(orchard, FIRST)

    def test_settings_of_a_server_do_not_touch_it(self, orchard: Settings) -> None:
        made = release(replace(orchard, base_iri="https://other.example/", quotations=False), FIRST)
        assert made.release.base == BASE

    def test_a_crash_leaves_the_ledger_as_it_was(
        self, two: tuple[Settings, Release, Release], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings, _, _ = two
        rename(settings, "Pomona Foundation", "Pomona")

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        before = bytes_in(settings.data_dir / "releases")
        monkeypatch.setattr(os, "rename", fail)
        with pytest.raises(BuildFailed, match="No space"):
            release(settings, date(2026, 12, 24))
        assert bytes_in(settings.data_dir / "releases") == before


class TestLedger:
    def test_every_release_is_made_again_byte_for_byte(self, two: tuple[Settings, Release, Release]) -> None:
        settings, first, second = two
        for one in (first, second):
            data = ledger(settings).dataset(one)
            known = one.file("dataset.nq")
            assert known
            assert hashlib.sha256(data).hexdigest() == known.sha256
            assert len(ledger(settings).quads_of(one)) == one.quads
        names = {
            q.object.value
            for q in ledger(settings).quads_of(first)
            if isinstance(q.object, ox.Literal)
            and q.subject == ox.NamedNode(TRUST)
            and q.predicate.value.endswith("prefLabel")
        }
        assert names == {"Pomona Trust"}

    def test_the_build_after_a_release_has_the_digests_of_the_ledger(
        self, two: tuple[Settings, Release, Release]
    ) -> None:
        settings, _, second = two
        made = build(settings)
        assert (made.id, made.manifest["release"]) == (second.id, second.name)
        assert [vars(one) for one in made.files] == [vars(one) for one in second.files]
        assert made.manifest["modified"] == "2026-12-01"

    def test_the_ledger_is_no_part_of_the_id(self, orchard: Settings) -> None:
        before = build(orchard)
        made = release(orchard, FIRST).release
        after = build(orchard)
        assert before.id == made.id == after.id
        assert before.folder != after.folder  # the pages show the Release, so the folder is another
        assert before.manifest["modified"] is None
        assert is_current(orchard)

    def test_overruled_statements_are_in_their_source_only(
        self, two: tuple[Settings, Release, Release]
    ) -> None:
        settings, first, _ = two
        assert len(first.overruled) == 1
        said = [q for q in ledger(settings).quads_of(first) if str(q.triple) == first.overruled[0]]
        assert [isinstance(q.graph_name, ox.DefaultGraph) for q in said] == [False]

    def test_a_changed_change_set_is_noticed(self, two: tuple[Settings, Release, Release]) -> None:
        settings, first, second = two
        path = settings.data_dir / "releases" / first.name / "added.nq"
        path.write_text(path.read_text(encoding="utf-8").replace("Ten lines", "Two lines"), encoding="utf-8")
        with pytest.raises(BadRecord, match="not what was published"):
            ledger(settings).dataset(first)
        (settings.data_dir / "releases" / second.name / "removed.nq").write_text(
            "<urn:a> <urn:b> <urn:c> <urn:d> .\n"
        )
        with pytest.raises(BadRecord, match="does not fit"):
            ledger(settings).dataset(second)

    def test_a_broken_ledger_is_no_ledger(self, two: tuple[Settings, Release, Release]) -> None:
        settings, first, second = two
        shutil.move(settings.data_dir / "releases" / first.name, settings.data_dir / "away")
        with pytest.raises(BadRecord, match=second.name):
            ledger(settings)
        (settings.data_dir / "releases" / second.name / "release.json").write_text("{}")
        with pytest.raises(BadRecord, match="not a Release"):
            ledger(settings)

    def test_lines_are_told_apart_from_their_graphs(self) -> None:
        line = '<urn:a> <urn:b> "x <urn:c>  ."@en <urn:g> .'
        assert whole([line]) == f'<urn:a> <urn:b> "x <urn:c>  ."@en .\n{line}\n'.encode()
        odd = '<urn:a#part> <urn:b> "\u2028\u0085" <urn:g> .'
        assert subjects([odd, f"<{BASE}doc/x> <urn:b> <urn:c> <{BASE}data/graph/documents> ."]) == {"urn:a"}


class TestDays:
    """Last changed: the day of the Release in which what is said of a thing changed (design, section 5)."""

    def modified(self, settings: Settings, iri: str) -> list[str]:
        made = build(settings)
        return made.describe(iri).texts(DCT + "modified", made.base.document(iri))

    def test_only_what_changed_has_the_new_day(self, two: tuple[Settings, Release, Release]) -> None:
        settings, _, _ = two
        assert self.modified(settings, TRUST) == ["2026-12-01"]
        assert self.modified(settings, BASE + "id/page/grafting") == ["2026-11-23"]
        # Its label is made from the name.
        assert self.modified(settings, BASE + "id/participation/grafting--pomona--lead") == ["2026-12-01"]
        dataset = open_build(settings.var_dir / "current").store.objects(
            BASE + "data/orchards", DCT + "modified"
        )
        assert [str(one.value) for one in dataset if isinstance(one, ox.Literal)] == ["2026-12-01"]

    def test_the_documented_query_finds_what_changed_since(
        self, two: tuple[Settings, Release, Release]
    ) -> None:
        settings, _, _ = two
        text = (ROOT / "docs" / "releases.md").read_text(encoding="utf-8")
        rows = select(build(settings), text.split("```sparql\n")[1].split("```")[0])
        found = [row["name"].value for row in rows if isinstance(row["name"], ox.Literal)]
        assert found == ["Pomona Foundation", "Pomona Foundation led Grafting together"]

    def test_without_a_ledger_no_day_is_made_up(self, orchard: Settings) -> None:
        assert self.modified(orchard, TRUST) == []


class TestGoingBack:
    def test_what_was_published_is_served_again(self, two: tuple[Settings, Release, Release]) -> None:
        settings, first, _ = two
        build(settings)
        made = rollback(settings, first.name)
        assert open_build(settings.var_dir / "current").folder == made.folder
        assert made.describe(TRUST).label() == "Pomona Trust"
        assert (made.id, made.manifest["release"], made.manifest["modified"]) == (
            first.id,
            first.name,
            "2026-11-23",
        )
        # All but the report in JSON, which names lines of files that are no longer so.
        same = {one.name for one in made.files if vars(one) in [vars(other) for other in first.files]}
        assert same >= {"dataset.nq", "dataset.ttl", "dataset.trig", "dataset.jsonld", "report.ttl"}
        assert len(made.ledger.releases) == 2

    def test_the_record_stays_and_the_next_build_serves_it(
        self, two: tuple[Settings, Release, Release]
    ) -> None:
        settings, first, _ = two
        before = bytes_in(settings.data_dir)
        rollback(settings, first.name)
        assert bytes_in(settings.data_dir) == before
        assert not is_current(settings)
        assert build(settings).describe(TRUST).label() == "Pomona Foundation"

    def test_an_unknown_release_names_those_there_are(self, two: tuple[Settings, Release, Release]) -> None:
        settings, first, _ = two
        with pytest.raises(BadInput, match=first.name):
            rollback(settings, "2020-01-01-00000000")


class TestWithoutQuotations:
    def test_releases_are_shown_without_their_statements(self, tmp_path: Path) -> None:
        shutil.copytree(ORCHARD, tmp_path / "data")
        settings = Settings(data_dir=tmp_path / "data", var_dir=tmp_path / "var")
        made = release(settings, FIRST).release
        spare = build(replace(settings, quotations=False))
        assert [one.name for one in spare.ledger.releases] == [made.name]
        assert not spare.ledger.has_changes(made)
        assert not list(spare.folder.rglob("added.nq"))

    def test_another_base_has_no_releases(self, two: tuple[Settings, Release, Release]) -> None:
        settings, _, _ = two
        moved = build(replace(settings, base_iri="https://moved.example/"))
        assert moved.ledger.releases == ()


class TestImports:
    """Each import is a prov:Activity (row P2)."""

    def test_an_import_says_which_file_when_and_by_which_version(self, tmp_path: Path) -> None:
        shutil.copytree(ORCHARD, tmp_path / "data")
        (tmp_path / "data" / "sources").mkdir()
        digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        other = "0" * 64
        (tmp_path / "data" / "sources" / "imports.csv").write_text(
            "source,file,sha256,first_imported,version\n"
            f"orchard,orchard.txt,{digest},2026-02-01,0.1.0\n"
            f"orchard,orchard-2.txt,{other},2026-03-01,0.1.0\n"
            f"elsewhere,elsewhere.txt,{other},2026-03-01,0.1.0\n"
        )
        made = build(Settings(data_dir=tmp_path / "data", var_dir=tmp_path / "var"))
        iri = BASE + "id/import/orchard"
        found = made.describe(iri)
        assert {CCIN + "Import", PROV + "Activity"} <= set(found.types)
        assert found.texts(CCIN + "importedOn") == ["2026-02-01"]
        assert found.texts(CCIN + "importedBy") == ["0.1.0"]
        assert found.iris(PROV + "used") == [iri + "#file"]
        assert found.texts(CCIN + "sha256", iri + "#file") == [digest]
        source = made.describe(BASE + "data/graph/orchard")
        assert source.iris(PROV + "wasGeneratedBy") == [iri, f"{iri}--00000000"]
        assert made.index.count_kind("import") == 2
        assert made.manifest["modified"] == "2026-03-01"


class TestCommands:
    def run(self, settings: Settings, *words: str) -> Result:
        env = {"CCIN_LD_DATA_DIR": str(settings.data_dir), "CCIN_LD_VAR_DIR": str(settings.var_dir)}
        return CliRunner().invoke(main, list(words), env=env)

    def test_the_life_of_a_release(self, orchard: Settings) -> None:
        made = self.run(orchard, "release", "--date", "2026-11-23")
        assert made.exit_code == 0, made.output
        assert "Release 2026-11-23-" in made.output
        again = self.run(orchard, "release", "--date", "2026-11-23")
        assert (again.exit_code, "No change" in again.output) == (0, True)
        early = self.run(orchard, "release", "--date", "2026-11-22")
        assert (early.exit_code, "before the newest" in early.output) == (2, True)
        back = self.run(orchard, "rollback", "latest")
        assert back.exit_code == 0, back.output
        assert "Now served: Release 2026-11-23-" in back.output
        assert self.run(orchard, "rollback", "never").exit_code == 2

    def test_no_day_no_release(self, orchard: Settings) -> None:
        assert self.run(orchard, "release").exit_code == 2
        assert "is not a day" in self.run(orchard, "release", "--date", "today").output

    def test_a_violation_ends_with_one(self, orchard: Settings) -> None:
        rename(orchard, 'ccin:toYear "2025"', 'ccin:toYear "1990"')
        assert self.run(orchard, "release", "--date", "2026-11-23").exit_code == 1

    def test_the_ledger_is_plain_json(self, orchard: Settings) -> None:
        self.run(orchard, "release", "--date", "2026-11-23")
        (path,) = (orchard.data_dir / "releases").glob("*/release.json")
        told = json.loads(path.read_text(encoding="utf-8"))
        assert told["measures"]["violations"] == 0
        assert {one["name"] for one in told["files"]} >= {"dataset.nq", "report.ttl"}
