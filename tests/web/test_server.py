"""The production server as a user meets it: started from the command line, asked by real clients, ended."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from SPARQLWrapper import JSON, POST, POSTDIRECTLY, TURTLE, SPARQLWrapper

from ccin_ld.web.examples import examples

from ..conftest import missing

pytestmark = pytest.mark.alone

ROOT = Path(__file__).parent.parent.parent
PROJECT = "/id/project/eoi-action-learning-set"
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"


class Server:
    """`ccin-ld serve` in a process of its own, on a free port."""

    def __init__(self, *arguments: str, var_dir: Path) -> None:
        command = [sys.executable, "-m", "ccin_ld.cli", "serve", *arguments, "--port", "0"]
        environ = {**os.environ, "CCIN_LD_VAR_DIR": str(var_dir)}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.said: list[str] = []
        self.url = self._url()

    def _url(self) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(r"Serving (http://[^ ]+?)/ ", line):
                # What is not read fills the pipe, and a server that cannot write its log waits.
                self._reader = threading.Thread(
                    target=self.said.extend, args=(self.process.stdout,), daemon=True
                )
                self._reader.start()
                wait_for(lambda: answers(found[1] + "/healthz"))
                return found[1]
        raise AssertionError("".join(self.said))

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, {k.lower(): v for k, v in response.headers.items()}, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=15)
        if self.process.stdout:
            self._reader.join(timeout=15)
            self.process.stdout.close()
        return code


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def wait_for(happened: object, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not happened():  # type: ignore[operator]
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def children_of(parent: int) -> list[int]:
    """Return the processes that *parent* started, from /proc: the fourth field of stat is the parent."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text(errors="replace").rpartition(") ")[2].split()
            if int(fields[1]) == parent:
                found.append(int(path.parent.name))
    return sorted(found)


def workers_of(ancestor: int) -> list[int]:
    """Return the query workers below a process."""
    below = [pid for child in children_of(ancestor) for pid in (child, *workers_below(child))]
    return [pid for pid in below if is_worker(pid)]


def workers_below(pid: int) -> list[int]:
    return [one for child in children_of(pid) for one in (child, *workers_below(child))]


def is_worker(pid: int) -> bool:
    try:
        return b"ccin_ld.store.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def server(var_dir: Path) -> Iterator[Server]:
    started = Server(var_dir=var_dir)
    yield started
    started.end()


def test_it_builds_first_and_says_so(server: Server) -> None:
    assert any("There is no build yet" in line for line in server.said)
    assert any(re.match(r"Build [0-9a-f]{16}: [\d,]+ triples", line) for line in server.said)


def test_the_readme_curl(server: Server) -> None:
    if not shutil.which("curl"):
        missing("curl is not installed")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    line = next(line for line in readme.splitlines() if line.startswith("curl "))
    assert PROJECT in line
    done = subprocess.run(
        line.replace("http://localhost:8000", server.url),
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count("<https://w3id.org/ccin/id/council/oldham>") >= 1
    participants = re.search(r"ccin:participant ([^;]+) ;", done.stdout)
    assert participants
    assert len(participants[1].split(" , ")) == 22


def wrapper(server: Server, query: str, form: str = JSON) -> SPARQLWrapper:
    made = SPARQLWrapper(server.url + "/sparql")
    made.setQuery(query)
    made.setReturnFormat(form)
    return made


@pytest.mark.parametrize("method", ["GET", "form", "direct"])
def test_sparqlwrapper_asks_the_four_questions(server: Server, method: str) -> None:
    found = {}
    for example in examples(ROOT / "examples" / "queries"):
        asked = wrapper(server, example.query)
        if method != "GET":
            asked.setMethod(POST)
        if method == "direct":
            asked.setRequestMethod(POSTDIRECTLY)
        told: Any = asked.query().convert()
        found[example.name] = told["results"]["bindings"]
    first_page = "CCIN Action Learning: Co-operation through Covid-19"
    of_page = {
        name: [row for row in found[name] if row["project"]["value"] == first_page]
        for name in ("1-who-took-part", "3-principles-of-a-project", "4-how-many-took-part")
    }
    roles = [row["role"]["value"] for row in of_page["1-who-took-part"]]
    assert (roles.count("Lead"), roles.count("Participant")) == (1, 22)
    assert "Oldham Council" in [row["name"]["value"] for row in found["2-councils-in-a-region"]]
    states = [row["state"]["value"].lower() for row in of_page["3-principles-of-a-project"]]
    assert (states.count("met"), states.count("not listed"), states.count("not known")) == (7, 1, 2)
    assert [row["tookPart"]["value"] for row in of_page["4-how-many-took-part"]] == ["23"]


def test_sparqlwrapper_constructs(server: Server) -> None:
    query = (
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o . FILTER(?s = <https://w3id.org/ccin/id/council/oldham>) }"
    )
    data: Any = wrapper(server, query, TURTLE).query().convert()
    assert b"Oldham Council" in data


def test_the_command_line_asks_too(server: Server, var_dir: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "ccin_ld.cli",
        "query",
        "--var-dir",
        str(var_dir),
        "--to",
        "csv",
        "--file",
        "examples/queries/4-how-many-took-part.rq",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1].endswith(",1,22,23")


def test_hostile_queries_leave_pages_answering(server: Server) -> None:
    """Each ends with a documented status inside its limit; pages answer meanwhile; SERVICE reaches nobody."""
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        port = listener.getsockname()[1]
        hostile = {
            BOMB: {503, 504},
            "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i DESC(?a)": {503, 504},
            "SELECT * " + "{" * 5000 + "}" * 5000: {413},
            "SELECT * { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }": {413},
            f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}": {403},
            f"SELECT * {{ FILTER EXISTS {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }} }}": {
                403
            },
            f"SELECT * FROM <http://127.0.0.1:{port}/x> {{ ?s ?p ?o }}": {200},
            "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }": {200},
            f"LOAD <http://127.0.0.1:{port}/x>": {403},
            "DELETE WHERE { ?s ?p ?o }": {403},
        }
        for query, statuses in hostile.items():
            started = time.monotonic()
            request = urllib.request.Request(
                server.url + "/sparql?timeout=1",
                data=query.encode(),
                headers={"Content-Type": "application/sparql-query"},
            )
            try:
                with urllib.request.urlopen(request, timeout=30) as response:
                    status, body = response.status, response.read()
            except urllib.error.HTTPError as error:
                with error:
                    status, body = error.code, error.read()
            assert status in statuses, (query[:80], status, body[:300])
            assert time.monotonic() - started < 5
            if status == 200:
                assert json.loads(body)["results"]["bindings"] == []
            assert server.get("/doc/council/oldham", Accept="text/turtle")[0] == 200
        with contextlib.suppress(TimeoutError):
            heard.append(listener.accept())
    assert heard == []


@pytest.fixture
def crowd(server: Server) -> Iterator[list[socket.socket]]:
    """Sixty connections to the server, closed at the end."""
    host, port = server.url.removeprefix("http://").split(":")
    sockets = [socket.create_connection((host, int(port)), timeout=10) for _ in range(60)]
    yield sockets
    for one in sockets:
        one.close()


def pages_answer(server: Server) -> bool:
    started = time.monotonic()
    return (
        server.get("/doc/council/oldham", Accept="text/turtle")[0] == 200 and time.monotonic() - started < 5
    )


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: loc", id="half a head"),
        pytest.param(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", id="a request, and then idle"),
        pytest.param(
            b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: 1000\r\n\r\nSELECT",
            id="half a body",
        ),
    ],
)
def test_a_crowd_of_slow_clients_keeps_nobody_out(
    server: Server, crowd: list[socket.socket], sent: bytes
) -> None:
    for one in crowd:
        one.sendall(sent)
    time.sleep(0.5)
    assert pages_answer(server)


def test_slow_readers_keep_nobody_out(server: Server, crowd: list[socket.socket]) -> None:
    query = "SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo.%3Fa%20%3Fb%20%3Fs%7D"
    for one in crowd[:30]:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    time.sleep(2)
    assert pages_answer(server)


def test_a_query_of_two_megabytes(server: Server) -> None:
    body = b"SELECT * { ?s ?p '" + b"x" * 2_000_000 + b"' }"
    request = urllib.request.Request(
        server.url + "/sparql", data=body, headers={"Content-Type": "application/sparql-query"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)
    with caught.value as error:
        assert error.code == 413
        assert json.loads(error.read())["status"] == 413
    assert server.get("/healthz")[0] == 200


def test_a_new_build_is_served_without_a_restart(server: Server, var_dir: Path) -> None:
    before = server.get("/readyz")[2]
    subprocess.run(
        [sys.executable, "-m", "ccin_ld.cli", "build", "--var-dir", str(var_dir), "--without-quotations"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    wait_for(lambda: server.get("/readyz")[2] != before, 5)
    assert b"unprecedented impact" not in server.get("/doc/project/eoi-action-learning-set.ttl")[2]
    subprocess.run(
        [sys.executable, "-m", "ccin_ld.cli", "build", "--var-dir", str(var_dir)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    wait_for(lambda: server.get("/readyz")[2] == before, 5)


def test_sigterm_ends_it_cleanly(var_dir: Path) -> None:
    server = Server(var_dir=var_dir)
    assert server.get("/sparql?query=ASK%7B%7D")[0] == 200
    assert server.end() == 0
    wait_for(lambda: not answers(server.url + "/healthz"), 5)


@pytest.mark.parametrize("who", ["the command", "the web process"])
def test_kill_9_leaves_no_worker(var_dir: Path, who: str) -> None:
    server = Server(var_dir=var_dir)
    host, port = server.url.removeprefix("http://").split(":")
    kind = "Content-Type: application/sparql-query"
    head = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\n{kind}\r\nContent-Length: {len(BOMB)}\r\n\r\n"
    asked = socket.create_connection((host, int(port)))
    asked.sendall((head + BOMB).encode())
    wait_for(lambda: workers_of(server.process.pid), 10)
    time.sleep(0.5)
    workers = workers_of(server.process.pid)
    web = next(pid for pid in children_of(server.process.pid) if workers_below(pid))
    os.kill(server.process.pid if who == "the command" else web, signal.SIGKILL)
    wait_for(lambda: not [pid for pid in workers if is_worker(pid)], 5)
    wait_for(lambda: not answers(server.url + "/healthz"), 5)
    asked.close()
    server.end()


def test_a_port_that_is_taken(server: Server, var_dir: Path) -> None:
    port = server.url.rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-m", "ccin_ld.cli", "serve", "--port", port, "--var-dir", str(var_dir)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert f"port {port} cannot be listened on" in done.stderr
    assert "What to do" in done.stderr


def test_loose_files(tmp_path: Path) -> None:
    path = tmp_path / "loose.ttl"
    path.write_text("<urn:a> <urn:b> <urn:c>, '01'^^<http://www.w3.org/2001/XMLSchema#integer> .")
    server = Server(str(path), var_dir=tmp_path / "var")
    status, _, body = server.get("/sparql?query=SELECT%20%2A%20%7B%3Fs%20%3Fp%20%3Fo%7D", Accept="text/csv")
    assert (status, len(body.splitlines())) == (200, 3)
    assert server.get("/", Accept="text/html")[0] == 200
    assert server.get("/sparql", Accept="text/html")[0] == 200
    assert server.end() == 0
