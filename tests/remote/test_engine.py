"""What a bad answer, a slow one or none becomes, and that no secret is told."""

from __future__ import annotations

import base64
import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from ccin_ld.config import Secret, Settings
from ccin_ld.errors import (
    BadSettings,
    EndpointBusy,
    EngineFailed,
    EngineTimeout,
    LinkedDataError,
    QueryTimeout,
    QueryUnsupported,
)
from ccin_ld.store.engine import Engine, Rows, _PlainNodes, ask, put_graph, update
from ccin_ld.store.workers import Limits, Pool

from .fake import XML, Fake, Handler, fake, rows

pytestmark = pytest.mark.alone

QUERY = "SELECT ?s { ?s ?p ?o }"


@pytest.fixture(scope="module")
def served() -> Iterator[Fake]:
    """A server for the whole file."""
    with fake() as server:
        yield server


@pytest.fixture
def bad(served: Fake) -> Fake:
    """An engine that behaves as told."""
    served.seen.clear()
    served.behave = Handler.hang_up
    return served


def answer(engine: Engine, query: str = QUERY, kind: str = "select") -> list[str]:
    with ask(engine, query, kind) as (found, _):
        assert not isinstance(found, bool)
        return [str(row[0]) if isinstance(row, ox.QuerySolution) else str(row) for row in found]


def good(request: Handler) -> None:
    request.answer(200, rows("a", "b"))


CASES: list[tuple[str, Callable[[Handler], object], type[LinkedDataError], str]] = [
    ("hangs up", Handler.hang_up, EngineFailed, "cannot be reached"),
    ("half an answer", lambda r: r.half(rows("a")[:-20]), EngineFailed, "wrong answer"),
    ("an answer that ends in the middle", lambda r: r.answer(200, rows("a")[:-20]), EngineFailed, "wrong answer"),
    ("a web page", lambda r: r.answer(200, b"<html>", "text/html"), EngineFailed, "wrong answer"),
    ("what is no XML", lambda r: r.answer(200, b"{]"), EngineFailed, "wrong answer"),
    ("JSON that breaks off", lambda r: r.answer(200, b'{"head":{"vars":["s"]},"results":{"bindings":[', "application/sparql-results+json"), EngineFailed, "wrong answer"),
    ("a yes to SELECT", lambda r: r.answer(200, b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>true</boolean></sparql>'), EngineFailed, "wrong answer"),
    ("no HTTP", lambda r: r.wfile.write(b"hello\r\n\r\n"), EngineFailed, "wrong answer"),
    ("401", lambda r: r.answer(401, b"", WWW_Authenticate='Basic realm="x"'), EngineFailed, "wrong answer"),
    ("403", lambda r: r.answer(403, b""), EngineFailed, "wrong answer"),
    ("404", lambda r: r.answer(404, b""), EngineFailed, "wrong answer"),
    ("500", lambda r: r.answer(500, b"oh", "text/plain"), EngineFailed, "answered with an error"),
    ("400", lambda r: r.answer(400, b"no such thing\nmore", "text/plain"), QueryUnsupported, "does not take"),
    ("503", lambda r: r.answer(503, b"", Retry_After="7"), EndpointBusy, "busy"),
    ("429", lambda r: r.answer(429, b""), EndpointBusy, "busy"),
    ("504", lambda r: r.answer(504, b""), EngineTimeout, "in time"),
    ("silence", lambda r: time.sleep(3), EngineTimeout, "in time"),
    ("drips", lambda r: r.drip(b" ", 0.05), EngineTimeout, "in time"),
    ("an answer that it says is partial", lambda r: r.answer(200, rows("a"), X_SQL_State="S1TAT"), EngineTimeout, "stopped in the middle"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("behave", "error", "words"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_each_fault_has_its_error(
    bad: Fake, behave: Callable[[Handler], None], error: type[LinkedDataError], words: str
) -> None:
    bad.behave = behave
    engine = Engine(bad.url, seconds=0.6)
    started = time.monotonic()
    with pytest.raises(error, match=words) as raised:
        answer(engine)
    assert type(raised.value) is error
    assert time.monotonic() - started < 2.0
    # The page does not say where the engine is; what is for the keepers does.
    assert "127.0.0.1" not in getattr(raised.value, "message", "")
    bad.behave = good
    assert answer(engine) == ["<http://example.org/a>", "<http://example.org/b>"]


def test_the_number_of_seconds_is_passed_on(bad: Fake) -> None:
    bad.behave = lambda r: r.answer(503, b"", Retry_After="7")
    with pytest.raises(EndpointBusy) as raised:
        answer(Engine(bad.url))
    assert raised.value.retry_after == 7


@pytest.mark.parametrize(
    ("status", "target"), [(302, "/other"), (307, "/other"), (301, "http://127.0.0.1:9/"), (308, "/x")]
)
def test_redirects_are_not_followed(bad: Fake, status: int, target: str) -> None:
    bad.behave = lambda r: r.answer(status, b"", Location=target)
    with pytest.raises(EngineFailed) as raised:
        answer(Engine(bad.url, token=Secret("s3cret")))
    assert "redirect" in raised.value.detail
    assert len(bad.seen) == 1


def test_nobody_there(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(EngineFailed, match="cannot be reached"):
        answer(Engine("http://127.0.0.1:9/sparql"))
    assert any("127.0.0.1:9" in line for line in caplog.messages)


def test_a_query_without_any_answer_is_sent_once_more(bad: Fake) -> None:
    def once(request: Handler) -> None:
        bad.behave = good
        request.hang_up()

    bad.behave = once
    assert len(answer(Engine(bad.url))) == 2
    assert len(bad.seen) == 2


@pytest.mark.parametrize(
    "behave", [lambda r: r.half(b"<sparql"), lambda r: r.answer(500, b""), lambda r: time.sleep(2)]
)
def test_what_got_an_answer_is_not_sent_again(bad: Fake, behave: Callable[[Handler], None]) -> None:
    bad.behave = behave
    with pytest.raises(EngineFailed):
        answer(Engine(bad.url, seconds=0.5))
    assert len(bad.seen) == 1


def test_an_update_is_never_sent_twice(bad: Fake) -> None:
    engine = Engine(bad.url, update=bad.url, graphs=bad.url)
    with pytest.raises(EngineFailed):
        update(engine, "DROP SILENT GRAPH <http://example.org/g>")
    with pytest.raises(EngineFailed):
        put_graph(engine, "http://example.org/g", b"")
    assert len(bad.seen) == 2


def test_what_is_sent(bad: Fake) -> None:
    bad.behave = good
    with ask(Engine(bad.url), QUERY, "select", default=["urn:a"], named=["urn:b", "urn:c"]):
        pass
    method, _, headers, asked = bad.seen[0]
    assert (method, headers["Content-Type"]) == ("POST", "application/x-www-form-urlencoded")
    assert asked == {"query": [QUERY], "default-graph-uri": ["urn:a"], "named-graph-uri": ["urn:b", "urn:c"]}
    assert headers["Accept"].startswith(XML)
    assert "Authorization" not in headers


def test_basic_and_bearer(bad: Fake) -> None:
    bad.behave = good
    answer(Engine(bad.url, user="us", password=Secret("s3cret:é")))
    answer(Engine(bad.url, token=Secret("t0ken")))
    basic, bearer = (headers["Authorization"] for _, _, headers, _ in bad.seen)
    assert base64.b64decode(basic.removeprefix("Basic ")).decode() == "us:s3cret:é"
    assert bearer == "Bearer t0ken"


def test_digest(bad: Fake) -> None:
    def guarded(request: Handler) -> None:
        if "Authorization" in request.headers:
            return good(request)
        return request.answer(
            401, b"", WWW_Authenticate='Digest realm="r", nonce="n", qop="auth", algorithm="MD5"'
        )

    bad.behave = guarded
    assert len(answer(Engine(bad.url, user="us", password=Secret("s3cret"), digest=True))) == 2
    told = bad.seen[-1][2]["Authorization"]
    assert told.startswith("Digest ")
    assert 'username="us"' in told
    assert "s3cret" not in told
    # The first, without a word of who we are, carries no query either.
    assert bad.seen[0][0] == "GET"


def test_secrets_are_never_told(
    bad: Fake, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    (tmp_path / "token").write_text("t0ken\n")
    settings = Settings.from_env(
        {
            "CCIN_LD_ENDPOINT": bad.url,
            "CCIN_LD_ENDPOINT_USER": "us",
            "CCIN_LD_ENDPOINT_PASSWORD": "s3cret",
            "CCIN_LD_ENDPOINT_TOKEN_FILE": str(tmp_path / "token"),
        }
    )
    engine = Engine.of(settings)
    assert engine is not None
    assert (engine.password and engine.password.reveal(), engine.token and engine.token.reveal()) == (
        "s3cret",
        "t0ken",
    )
    said = [
        repr(settings),
        str(settings),
        repr(engine),
        f"{engine.token} {engine.password:>9}",
        ", ".join(map(str, (engine.token, engine.password))),
    ]
    behaviours: list[Callable[[Handler], None]] = [case[1] for case in CASES[:-4]]  # type: ignore[misc]
    for behave in behaviours:
        bad.behave = behave
        with pytest.raises(LinkedDataError) as raised:
            answer(Engine(bad.url, token=engine.token, seconds=0.3))
        said += [str(raised.value), repr(raised.value), str(getattr(raised.value, "hint", ""))]
    with pytest.raises(LinkedDataError) as raised:
        answer(Engine(bad.url, token=Secret("t0ken\r\nX: y")))  # no header may hold that
    said += [str(raised.value), str(raised.value.__cause__), str(getattr(raised.value, "hint", ""))]
    said += [*caplog.messages, *capsys.readouterr()]
    assert len(said) > 40
    assert [text for text in said if "s3cret" in text or "t0ken" in text] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENDPOINT", "http://us:s3cret@127.0.0.1/sparql"),
        ("ENDPOINT_UPDATE", "http://s3cret@127.0.0.1/"),
        ("ENDPOINT", "s3cret"),
        ("ENDPOINT", "ftp://127.0.0.1/"),
        ("ENDPOINT_GRAPHS", "http://s3cret:x y/"),
        ("ENDPOINT_AUTH", "none"),
        ("ENDPOINT_TIMEOUT", "0"),
    ],
)
def test_settings_that_cannot_be(name: str, value: str) -> None:
    with pytest.raises(BadSettings) as raised:
        Settings.from_env({f"CCIN_LD_{name}": value})
    assert f"CCIN_LD_{name}" in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_a_secret_file_that_is_not_there(tmp_path: Path) -> None:
    settings = Settings(endpoint="http://127.0.0.1:9/", endpoint_password_file=tmp_path / "none")
    with pytest.raises(BadSettings, match="CCIN_LD_ENDPOINT_PASSWORD_FILE"):
        Engine.of(settings)


@pytest.mark.parametrize("size", [1, 7, 16, 17, 18, 1000])
def test_blank_nodes_of_virtuoso(size: int) -> None:
    """Their names are made names, wherever the pieces end; nothing else is touched."""
    text = (
        b"<bnode>nodeID://b1</bnode><literal>&lt;bnode>nodeID://b1</literal><bnode>b2</bnode><bnode>nodeID:"
    )

    class Body:
        def __init__(self) -> None:
            self.at = 0

        def read(self, most: int) -> bytes:
            piece = text[self.at : self.at + min(most, size)]
            self.at += len(piece)
            return piece

    plain, whole = _PlainNodes(Body()), b""  # type: ignore[arg-type]
    while piece := plain.read(4096):
        whole += piece
    assert whole == text.replace(b"<bnode>nodeID://b1<", b"<bnode>b1<")


# The workers, as the endpoint uses them.


@pytest.fixture(scope="module")
def pool(served: Fake, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """Workers in front of that engine, with a deadline of one second."""
    remote = {
        "engine": Engine(served.url, token=Secret("t0ken")).to_dict(),
        "default": "urn:default", "named": ["urn:one", "urn:two"], "nothing": "urn:nothing",
        "base": "http://example.org/", "version": "one",
    }  # fmt: skip
    served.holds = "one"
    with Pool(tmp_path_factory.mktemp("none"), Limits(seconds=1.0, rows=50), remote=remote) as made:
        yield made


def test_an_answer_is_written_in_our_formats(bad: Fake, pool: Pool) -> None:
    bad.behave = good
    found = pool.run(QUERY, results="csv")
    assert found.body.read() == b"s\r\nhttp://example.org/a\r\nhttp://example.org/b\r\n"
    assert (found.rows, found.cut) == (2, False)
    assert bad.seen[0][3]["default-graph-uri"] == ["urn:default"]
    assert "named-graph-uri" not in bad.seen[0][3]


def test_rows_over_the_limit_are_cut(bad: Fake, pool: Pool) -> None:
    bad.behave = lambda r: r.answer(200, rows(*map(str, range(80))))
    found = pool.run(QUERY)
    assert (found.rows, found.cut) == (50, True)


def test_a_cut_that_the_engine_makes_is_told(bad: Fake, pool: Pool) -> None:
    bad.behave = lambda r: r.answer(200, rows("a", "b"), X_SPARQL_MaxRows="2")
    assert pool.run(QUERY).cut


@pytest.mark.parametrize(
    ("query", "default", "named"),
    [
        ("SELECT ?s { GRAPH ?g { ?s ?p ?o } }", ["urn:default"], ["urn:one", "urn:two"]),
        ("SELECT ?s FROM <urn:one> { ?s ?p ?o }", ["urn:one"], ["urn:nothing"]),
        ("SELECT ?s FROM NAMED <urn:one> { ?s ?p ?o }", ["urn:nothing"], ["urn:one"]),
        ("SELECT ?s FROM <urn:hidden> FROM NAMED <urn:two> { ?s ?p ?o }", ["urn:nothing"], ["urn:two"]),
        (
            "BASE <urn:one> PREFIX u: <urn:> SELECT ?s FROM u:one { ?s ?p 'FROM <urn:two>' }",
            ["urn:one"],
            ["urn:nothing"],
        ),
        ("SELECT ?s FROM <urn:ccin-ld:x:state> { ?s ?p ?o }", ["urn:nothing"], ["urn:nothing"]),
    ],
)
def test_the_dataset(bad: Fake, pool: Pool, query: str, default: list[str], named: list[str]) -> None:
    """Engines read FROM beside the protocol in ways of their own: they never see it."""
    bad.behave = good
    pool.run(query)
    asked = bad.seen[0][3]
    assert (asked["default-graph-uri"], asked["named-graph-uri"]) == (default, named)
    assert "FROM <urn:one>" not in asked["query"][0].replace("'FROM <urn:two>'", "")


@pytest.mark.parametrize(("behave", "error"), [pytest.param(*case[1:3], id=case[0]) for case in CASES])
def test_each_fault_through_the_workers(
    bad: Fake, pool: Pool, behave: Callable[[Handler], None], error: type[LinkedDataError]
) -> None:
    bad.behave = behave
    slow = error is EngineTimeout
    with pytest.raises((error, QueryTimeout) if slow else error):
        pool.run(QUERY)
    bad.behave = good
    assert pool.run(QUERY).rows == 2


def test_no_secret_is_in_the_command_or_the_environment_of_a_worker(bad: Fake, pool: Pool) -> None:
    bad.behave = good
    pool.run(QUERY)
    for pid in pool.workers():
        shown = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
        assert b"remote_worker" in shown
        assert b"t0ken" not in shown


def test_a_parser_is_freed_by_the_thread_that_made_it(bad: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's parsers abort, or are never freed, when another thread clears an error away."""
    said: list[str] = []
    monkeypatch.setattr("sys.unraisablehook", lambda told: said.append(str(told.exc_value)))
    kept: list[BaseException] = []

    def asks() -> None:
        for behave in (lambda r: r.half(rows("a")[:-20]), lambda r: r.answer(200, rows("a")[:-20]), good):
            bad.behave = behave
            try:
                with ask(Engine(bad.url), QUERY, "select") as (found, _):
                    assert isinstance(found, Rows)
                    next(found)
                    list(found)
                    raise KeyError("of the caller's own")
            except (EngineFailed, KeyError) as error:
                kept.append(error)

    thread = threading.Thread(target=asks)
    thread.start()
    thread.join()
    assert [type(one) for one in kept] == [EngineFailed, EngineFailed, KeyError]
    kept.clear()
    gc.collect()
    assert said == []
