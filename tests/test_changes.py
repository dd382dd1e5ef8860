"""Changes folded out of the ledger give each Release back, whatever was in it. Rows C4, C5."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from ccin_ld.archive import Archive
from ccin_ld.build import Build, build
from ccin_ld.changes import CREATE, DELETE, UPDATE, Change, changes
from ccin_ld.config import Settings
from ccin_ld.iris import Base
from ccin_ld.ledger import Ledger, Release, name_of, whole

from .choir import BASE, body
from .past import REMOVED, RENAMED, WITHDRAWN

HERE = Base("https://x.example/")
GRAPHS = [f"<{HERE.iri}data/graph/{name}>" for name in "ab"]
SUBJECTS = [f"<{HERE.iri}id/k/{name}>" for name in ("one", "two", "two#part")]
SUBJECTS += [f"<{HERE.iri}doc/k/one>", f"<{HERE.iri}def/list>"]
VALUES = ['"a"@en', '"a b <c> # d"', f"<{HERE.iri}id/k/two>", '"two\\nlines"']
line = st.builds(
    lambda s, o, g: f"{s} <http://p.example/p> {o} {g} .",
    st.sampled_from(SUBJECTS), st.sampled_from(VALUES), st.sampled_from(GRAPHS),
)  # fmt: skip
state = st.sets(line, max_size=12)


def write(folder: Path, states: list[set[str]], overruled: list[set[str]]) -> Ledger:
    """Write a ledger of these states, each a Release of the same day."""
    before: set[str] = set()
    previous = None
    for number, now in enumerate(states):
        name = name_of("2026-01-01", f"{number:08x}")
        (folder / name).mkdir(parents=True)
        for file, lines in (("added.nq", now - before), ("removed.nq", before - now)):
            (folder / name / file).write_text("".join(f"{one}\n" for one in sorted(lines)), encoding="utf-8")
        told = {
            "date": "2026-01-01", "id": f"{number:08x}", "previous": previous, "base": HERE.iri, "version": "1",
            "files": [], "triples": 0, "quads": 0, "added": 0, "removed": 0,
            "overruled": sorted(overruled[number]),
        }  # fmt: skip
        (folder / name / "release.json").write_text(json.dumps(told), encoding="utf-8")
        before, previous = now, name
    return Ledger(folder)


def default_graph(ledger: Ledger, release: Release) -> set[ox.Triple]:
    data = whole(ledger.lines(release), release.overruled)
    quads = ox.parse(data, format=ox.RdfFormat.N_QUADS)
    return {one.triple for one in quads if isinstance(one.graph_name, ox.DefaultGraph)}


def held(found: dict[str, Change]) -> set[ox.Triple]:
    text = "\n".join(line for one in found.values() for line in one.lines)
    return {one.triple for one in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)}


@examples(max_examples=60, deadline=None)
@given(st.lists(state, min_size=1, max_size=4), st.data())
def test_applied_in_their_order_they_give_every_release(states: list[set[str]], data: st.DataObject) -> None:
    triples = [sorted({one.rsplit(" ", 2)[0] for one in now}) for now in states]
    overruled = [data.draw(st.sets(st.sampled_from(one), max_size=2)) if one else set() for one in triples]
    with TemporaryDirectory() as folder:
        ledger = write(Path(folder), states, overruled)
        found = list(changes(ledger, HERE))
        now: dict[str, Change] = {}
        for release in ledger.releases:
            for one in (one for one in found if one.release == release):
                there = bool(now[one.iri].lines) if one.iri in now else False
                assert (one.kind == CREATE) is (bool(one.lines) and not there)
                assert (one.kind == DELETE) is (not one.lines)
                now[one.iri] = one
            assert held(now) == default_graph(ledger, release)


def test_a_release_that_changes_nothing_has_no_change(tmp_path: Path) -> None:
    triple = f'{SUBJECTS[0]} <http://p.example/p> "a"'
    both = {f"{triple} {graph} ." for graph in GRAPHS}
    ledger = write(tmp_path, [both, {min(both)}], [set(), set()])
    assert [(one.release.id, one.kind) for one in changes(ledger, HERE)] == [("00000000", CREATE)]


def test_nodes_without_a_name_go_with_what_leads_to_them(tmp_path: Path) -> None:
    graph = f"<{HERE.iri}data/graph/shapes>"
    lines = {
        f"<{HERE.iri}def/shapes#S> <http://p.example/in> _:b1 {graph} .",
        f"_:b1 <http://p.example/first> _:b2 {graph} .",
        f'_:b2 <http://p.example/x> "y" {graph} .',
    }
    ledger = write(tmp_path, [lines, {one for one in lines if not one.startswith("_:b2")}], [set(), set()])
    found = list(changes(ledger, HERE))
    assert [(one.iri, one.kind, len(one.lines)) for one in found] == [
        (f"{HERE.iri}def/shapes", CREATE, 3),
        (f"{HERE.iri}def/shapes", UPDATE, 2),
    ]


def test_the_past_of_the_choirs(past: Build) -> None:
    archive = past.archive
    assert archive is not None
    kinds = {
        iri: [one.kind for one in archive.versions(past.base.path(past.base.document(iri)) or "")]
        for iri in (RENAMED, WITHDRAWN, REMOVED, body("alto-soc"))
    }
    assert kinds == {
        RENAMED: [CREATE, UPDATE, UPDATE],
        WITHDRAWN: [CREATE, DELETE],
        REMOVED: [CREATE, DELETE],
        body("alto-soc"): [DELETE],  # it was withdrawn before the first Release
    }
    assert [one.label for one in archive.versions("/doc/organisation/bass")] == [
        "Bass Union", "Bass Unison", "Bass United",
    ]  # fmt: skip
    gone = archive.versions("/doc/organisation/hymn")[-1]
    assert (gone.label, gone.sentences) == (
        "Hymn Hall",
        ("Taken back: Hymn Hall. It is a building, not a body.",),
    )


def test_every_release_of_the_archive_is_that_of_the_ledger(built: Build, past: Build) -> None:
    for one_of in (built, past):
        archive = one_of.archive
        assert archive is not None
        entries = archive.since(1, limit=archive.size)
        assert len(entries) == archive.size == sum(one.size for one in archive.moments)
        now: dict[str, tuple[ox.Triple, ...]] = {}
        for release in one_of.ledger.releases:
            now.update((one.iri, archive.triples(one)) for one in entries if one.release == release.name)
            found = {triple for triples in now.values() for triple in triples}
            quads = one_of.ledger.quads_of(release)
            assert found == {q.triple for q in quads if isinstance(q.graph_name, ox.DefaultGraph)}


def test_the_archive_gives_the_labels_of_the_day(past: Build) -> None:
    archive = past.archive
    assert isinstance(archive, Archive)
    versions = archive.versions("/doc/statement/bass--list-one--1")
    labels = [archive.describe(one).label(RENAMED) for one in versions]
    assert labels == ["Bass Union", "Bass Unison", "Bass United"]


def test_times_are_in_order_and_the_same_everywhere(past: Build) -> None:
    times = [past.ledger.moment(one).isoformat() for one in past.ledger.releases]
    assert times == ["2022-01-31T00:00:00+00:00", "2022-03-02T00:00:00+00:00", "2022-03-02T00:00:01+00:00"]


def test_a_build_that_leaves_quotations_out_keeps_no_past(past_settings: Settings, tmp_path: Path) -> None:
    made = build(replace(past_settings, quotations=False, var_dir=tmp_path))
    assert made.archive is None
    assert made.ledger.releases


def test_what_speaks_of_a_thing_is_told_with_it(past: Build) -> None:
    archive = past.archive
    assert archive is not None
    found = archive.about("/doc/organisation/bass", limit=1000)
    kinds = Counter(one.iri.removeprefix(f"{BASE}id/").partition("/")[0] for one in found)
    assert kinds == {"organisation": 3, "statement": 6, "membership": 6}
    assert len(found) == archive.count_about("/doc/organisation/bass")
