"""The check of links: asked politely, kept as data, shown on pages and in the report (row L4)."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from werkzeug.test import Client

from ccin_ld.build import build
from ccin_ld.cli import main
from ccin_ld.config import Settings
from ccin_ld.errors import BadInput
from ccin_ld.iris import Base
from ccin_ld.links import (
    BROKEN,
    OK,
    REFUSED,
    Checked,
    asking,
    check,
    due,
    outgoing,
    read_links,
    write_links,
)
from ccin_ld.namespaces import CCIN, FOAF, SH
from ccin_ld.web.app import create_app

ORCHARD = Path(__file__).parent / "networks" / "orchard"
DAY = date(2026, 11, 23)


class Answers(BaseHTTPRequestHandler):
    """What a path of the test server answers; every question is written down with its time."""

    seen: list[tuple[str, str, float]]
    busy = 0
    most_at_once = 0

    def answer(self) -> None:
        type(self).busy += 1
        type(self).most_at_once = max(self.most_at_once, self.busy)
        self.seen.append((self.command, self.path, time.monotonic()))
        time.sleep(0.02)
        codes = {"/": 200, "/gone": 410, "/nothing": 404, "/private": 403, "/busy": 503, "/broken": 500}
        if self.path == "/slow":
            time.sleep(1)
        if self.path == "/no-head" and self.command == "HEAD":
            self.send_error(405)
        elif self.path in ("/moved", "/away"):
            self.send_response(301)
            self.send_header("Location", "/" if self.path == "/moved" else "ftp://127.0.0.1/x")
            self.end_headers()
        else:
            self.send_response(codes.get(self.path, 200))
            self.end_headers()
        type(self).busy -= 1

    do_GET = do_HEAD = answer

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Answers.seen, Answers.busy, Answers.most_at_once = [], 0, 0
    made = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


class TestAsking:
    @pytest.mark.parametrize(
        ("path", "status", "answer"),
        [
            ("/", OK, "200"),
            ("/moved", OK, "200"),
            ("/no-head", OK, "200"),
            ("/nothing", BROKEN, "404"),
            ("/gone", BROKEN, "410"),
            ("/broken", BROKEN, "500"),
            ("/private", REFUSED, "403"),
            ("/busy", REFUSED, "503"),
            ("/slow", BROKEN, "no answer in time"),
            ("/away", BROKEN, "no answer: redirects to ftp:"),
            ("/a space and é", OK, "200"),
        ],
    )
    def test_what_an_address_answers(self, server: str, path: str, status: str, answer: str) -> None:
        found = asking(DAY, timeout=0.5)(server + path)
        assert found == Checked(server + path, status, answer, "2026-11-23")

    def test_head_first_and_get_only_where_it_fails(self, server: str) -> None:
        for path in ("/", "/no-head"):
            asking(DAY)(server + path)
        assert [(method, path) for method, path, _ in Answers.seen] == [
            ("HEAD", "/"),
            ("HEAD", "/no-head"),
            ("GET", "/no-head"),
        ]

    def test_a_dead_port_and_no_http(self) -> None:
        assert asking(DAY, timeout=2)("http://127.0.0.1:9/").status == BROKEN
        assert asking(DAY, timeout=2)("http://[bad/").status == BROKEN

    def test_one_host_is_asked_one_thing_at_a_time_with_a_pause(self, server: str) -> None:
        check([f"{server}/{name}" for name in "abcd"], asking(DAY), pause=0.05)
        assert Answers.most_at_once == 1
        times = [when for _, _, when in Answers.seen]
        assert all(after - before >= 0.05 for before, after in pairwise(times))

    def test_a_machine_that_is_cut_off_calls_nothing_broken(self) -> None:
        def silent(address: str) -> Checked:
            return Checked(address, BROKEN, "no answer: Name or service not known", "2026-11-23")

        with pytest.raises(BadInput, match="reaches the network"):
            check(["http://a.example/", "http://b.example/"], silent, pause=0)

    def test_those_not_checked_for_longest_come_first(self) -> None:
        known = {one: Checked(one, OK, "200", day) for one, day in (("a", "2026-02-01"), ("b", "2026-01-01"))}
        assert due(["a", "b", "c"], known, 2) == ["c", "b"]


class TestOutgoing:
    def test_links_of_things_that_leave(self) -> None:
        base = Base("https://a.example/")
        text = """<https://a.example/id/x/y> a <http://k.example/K> ; <urn:p> <http://out.example/1>, <https://a.example/id/x/z> .
            <https://a.example/id/x/y#part> <urn:p> <http://out.example/2> . <https://a.example/data> <urn:p> <http://out.example/3> ."""
        triples = [q.triple for q in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)]
        found = outgoing(triples, base)
        assert [(one.subject, one.address) for one in found] == [
            ("https://a.example/id/x/y", "http://out.example/1"),
            ("https://a.example/id/x/y", "http://out.example/2"),
        ]


class TestTable:
    def test_it_is_written_in_order_and_read_again(self, tmp_path: Path) -> None:
        known = [
            Checked("http://b/", BROKEN, "no answer: x, y", "2026-11-23"),
            Checked("http://a/", OK, "200", "2026-11-22"),
        ]
        (tmp_path / "links.csv").write_bytes(write_links(known))
        assert (tmp_path / "links.csv").read_text().splitlines()[1].startswith("http://a/,ok,200,")
        assert read_links(tmp_path) == {one.address: one for one in known}
        assert read_links(tmp_path / "nowhere") == {}

    @pytest.mark.parametrize(
        "line",
        ["http://a/,fine,200,2026-11-23", "http://a/,ok,200,yesterday", "http://a/,ok,200", '"http://a/'],
    )
    def test_a_line_that_is_none_is_named(self, tmp_path: Path, line: str) -> None:
        (tmp_path / "links.csv").write_text(f"address,status,answer,checked_on\n{line}\n")
        with pytest.raises(BadInput, match=r"links\.csv"):
            read_links(tmp_path)


@pytest.fixture
def settings(tmp_path: Path, server: str) -> Settings:
    """The small network with a seeded dead link and a good one on the test server."""
    shutil.copytree(ORCHARD, tmp_path / "data")
    path = tmp_path / "data" / "graphs" / "orchard.ttl"
    text = path.read_text(encoding="utf-8").replace("https://pomona.example/grafting", f"{server}/")
    line = f"<https://orchards.example/id/organisation/pomona> <{FOAF}homepage> <{server}/gone> .\n"
    path.write_text(text + line, encoding="utf-8")
    return Settings(data_dir=tmp_path / "data", var_dir=tmp_path / "var")


def run(settings: Settings, *words: str) -> Result:
    env = {"CCIN_LD_DATA_DIR": str(settings.data_dir), "CCIN_LD_VAR_DIR": str(settings.var_dir)}
    return CliRunner().invoke(main, ["check-links", "--on", "2026-11-23", "--pause", "0", *words], env=env)


class TestCommand:
    def test_unchecked_until_asked(self, settings: Settings) -> None:
        made = build(settings)
        assert Answers.seen == []
        client = Client(create_app(settings, build=made))
        links = json.loads(client.get("/quality.json").data)["links"]
        assert links == {"total": 2, "ok": 0, "broken": 0, "refused": 0, "unchecked": 2}
        assert "all unchecked" in client.get("/quality").text
        page = client.get("/doc/organisation/pomona").text
        assert "1 link from here to other sites has not been checked yet" in page

    def test_a_dead_link_is_reported_everywhere(self, settings: Settings, server: str) -> None:
        before = build(settings).id
        found = run(settings)
        assert found.exit_code == 0, found.output
        assert f"broken: {server}/gone (410)" in found.output
        made = build(settings)
        assert made.id != before  # what the report says is another thing now
        client = Client(create_app(settings, build=made))
        told = json.loads(client.get("/quality.json").data)
        assert told["links"] == {"total": 2, "ok": 1, "broken": 1, "refused": 0, "unchecked": 0}
        assert [one["address"] for one in told["broken"]] == [f"{server}/gone"]
        assert told["conforms"] is True
        (warning,) = [one for one in told["findings"] if one["component"] == CCIN + "LinkAnswersConstraint"]
        assert (warning["severity"], warning["file"]) == ("warning", "graphs/orchard.ttl")
        turtle = {q.triple for q in ox.parse(client.get("/quality.ttl").data, format=ox.RdfFormat.TURTLE)}
        assert any(
            t.predicate.value == SH + "value" and t.object == ox.NamedNode(f"{server}/gone") for t in turtle
        )
        page = client.get("/doc/organisation/pomona").text
        assert "did not answer on 23 November 2026" in page
        assert "not been checked" not in page

    def test_again_changes_nothing(self, settings: Settings) -> None:
        run(settings)
        table = (settings.data_dir / "links.csv").read_bytes()
        assert "Wrote" not in run(settings).output
        assert (settings.data_dir / "links.csv").read_bytes() == table

    def test_limit_and_links_that_are_no_more(self, settings: Settings, server: str) -> None:
        (settings.data_dir / "links.csv").write_bytes(
            write_links(
                [
                    Checked("http://old.example/", OK, "200", "2026-01-01"),
                    Checked(f"{server}/", OK, "200", "2026-01-01"),
                ]
            )
        )
        assert "1 of 2 addresses asked" in run(settings, "--limit", "1").output
        assert sorted(read_links(settings.data_dir)) == [f"{server}/", f"{server}/gone"]
        assert {path for _, path, _ in Answers.seen} == {"/gone"}

    def test_a_day_must_be_given(self, settings: Settings) -> None:
        env = {"CCIN_LD_DATA_DIR": str(settings.data_dir)}
        assert CliRunner().invoke(main, ["check-links"], env=env).exit_code == 2
