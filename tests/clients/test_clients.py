"""What other people's clients get from the endpoint and from saved questions. Rows S1, S8, F3, Q3, Q4."""

from __future__ import annotations

import csv
import io
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas
import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TSV, TURTLE, XML, SPARQLWrapper

from ..conftest import missing
from ..web.test_server import Server

PREFIXES = """PREFIX ccin: <https://w3id.org/ccin/def/ccin#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
# What the first page says: who led the project.
LEADS = f"""{PREFIXES}SELECT ?name WHERE {{
  <https://w3id.org/ccin/id/project/eoi-action-learning-set> ccin:lead ?body . ?body rdfs:label ?name
}}"""
LEAD = "Co-operative Councils' Innovation Network"


@pytest.fixture(scope="module")
def endpoint(server: Server) -> str:
    return server.url + "/sparql"


@pytest.mark.parametrize("method", ["GET", "form", "direct"])
@pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])
def test_sparqlwrapper(endpoint: str, method: str, form: str) -> None:
    wrapper = SPARQLWrapper(endpoint, returnFormat=form)
    wrapper.setQuery(LEADS)
    if method != "GET":
        wrapper.setMethod(POST)
    if method == "direct":
        wrapper.setRequestMethod(POSTDIRECTLY)
    found: Any = wrapper.queryAndConvert()
    if form == JSON:
        assert [row["name"]["value"] for row in found["results"]["bindings"]] == [LEAD]
    elif form == XML:
        assert LEAD in found.toxml()
    else:
        assert LEAD in found.decode()


def test_sparqlwrapper_constructs(endpoint: str) -> None:
    wrapper = SPARQLWrapper(endpoint, returnFormat=TURTLE)
    wrapper.setQuery(PREFIXES + "CONSTRUCT WHERE { ?project ccin:lead ?body }")
    turtle: Any = wrapper.queryAndConvert()
    graph = Graph().parse(data=turtle, format="turtle")
    wrapper.setQuery(PREFIXES + "SELECT (COUNT(*) AS ?n) { ?project ccin:lead ?body }")
    wrapper.setReturnFormat(JSON)
    counted: Any = wrapper.queryAndConvert()
    assert len(graph) == int(counted["results"]["bindings"][0]["n"]["value"]) > 0


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_sparqlstore(endpoint: str, method: str) -> None:
    graph = Graph(SPARQLStore(endpoint, method=method))
    assert [str(row[0]) for row in graph.query(LEADS)] == [LEAD]
    project = URIRef("https://w3id.org/ccin/id/project/eoi-action-learning-set")
    assert len(list(graph.objects(project, URIRef("https://w3id.org/ccin/def/ccin#participant")))) == 22


def test_pandas_reads_the_answer_to_a_question(server: Server) -> None:
    found = pandas.read_csv(f"{server.url}/questions/projects-of-a-council.csv?council=oldham")
    assert list(found.columns) == ["project", "project label", "part", "part label", "year"]
    first = found[found["project"].str.endswith("/eoi-action-learning-set")]
    assert list(first["part label"]) == ["Participant"]
    assert list(first["year"]) == [2020]


def test_pandas_reads_a_query(endpoint: str) -> None:
    assert list(pandas.read_csv(f"{endpoint}?query={quote(LEADS)}&format=csv")["name"]) == [LEAD]


def test_pandas_reads_json_lines(server: Server) -> None:
    found = pandas.read_json(f"{server.url}/members.jsonl", lines=True)
    with urllib.request.urlopen(server.url + "/members.json") as response:
        assert len(found) == json.load(response)["total"]


def test_curl(endpoint: str) -> None:
    curl = shutil.which("curl") or missing("curl is not there")
    command = [curl, "-sS", "-G", endpoint, "-H", "Accept: text/csv", "--data-urlencode", "query=" + LEADS]
    assert subprocess.run(command, capture_output=True, check=True).stdout == f"name\r\n{LEAD}\r\n".encode()


@pytest.mark.parametrize(
    "path",
    ["/members.csv", "/projects.csv?columns=label,lead", "/questions/members-on-a-day.csv?day=2020-07-01"],
)
def test_a_spreadsheet_imports_csv(server: Server, path: str) -> None:
    """RFC 4180: a header that is told of, lines that end in CRLF, UTF-8 without a mark; every row as long."""
    with urllib.request.urlopen(server.url + path) as response:
        data, kind = response.read(), response.headers["Content-Type"]
    assert kind == "text/csv; charset=utf-8; header=present"
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    assert len({len(row) for row in rows}) == 1
    assert len(set(rows[0])) == len(rows[0])
    assert len(rows) > 5


FEDERATED = f"""{PREFIXES}SELECT ?name ?note WHERE {{
  ?project <urn:note> ?note .
  SERVICE <ENDPOINT> {{ ?project ccin:lead ?body . ?body rdfs:label ?name }}
}}"""
NOTE = '<https://w3id.org/ccin/id/project/eoi-action-learning-set> <urn:note> "ours" .\n'


def test_pyoxigraph_federates_into_us(endpoint: str) -> None:
    """In a process of its own: a client that joins its data with ours."""
    code = (
        "import sys, pyoxigraph as ox; store = ox.Store(); store.load(sys.argv[1].encode(), ox.RdfFormat.N_TRIPLES);"
        "print([[term.value for term in row] for row in store.query(sys.argv[2])])"
    )
    command = [sys.executable, "-c", code, NOTE, FEDERATED.replace("ENDPOINT", endpoint)]
    found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert found == f"{[[LEAD, 'ours']]}\n"


@pytest.fixture
def oxigraph(tmp_path: Path) -> Iterator[str]:
    """``oxigraph serve`` with one triple of its own."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if program is None:
        missing("the program oxigraph is not there")
    (tmp_path / "note.nt").write_text(NOTE, encoding="utf-8")
    store = str(tmp_path / "store")
    subprocess.run(
        [program, "load", "-l", store, "-f", str(tmp_path / "note.nt")], check=True, capture_output=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "serve-read-only", "-l", store, "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for_port(port)
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for_port(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port}")


def test_another_engine_federates_into_us(oxigraph: str, endpoint: str) -> None:
    address = f"{oxigraph}?query={quote(FEDERATED.replace('ENDPOINT', endpoint))}"
    request = urllib.request.Request(address, headers={"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        parsed = ox.parse_query_results(response.read(), format=ox.QueryResultsFormat.JSON)
    assert isinstance(parsed, ox.QuerySolutions)
    assert [(row["name"].value, row["note"].value) for row in parsed] == [(LEAD, "ours")]


@pytest.fixture(scope="module")
def comunica(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Comunica 4, from npm, in a folder of its own."""
    npm = shutil.which("npm") or missing("npm is not there")
    folder = tmp_path_factory.mktemp("comunica")
    install = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error",
               "--fetch-retries=1", "--prefix", str(folder), "@comunica/query-sparql@4"]  # fmt: skip
    done = subprocess.run(install, capture_output=True, text=True, timeout=540, check=False)
    if done.returncode:
        missing(f"Comunica cannot be had from npm: {done.stderr.strip()[-200:]}")
    return str(folder / "node_modules" / ".bin" / "comunica-sparql")


@pytest.mark.parametrize("kind", ["", "sparql@"], ids=["finds out that it is an endpoint", "is told so"])
def test_comunica(comunica: str, endpoint: str, kind: str) -> None:
    command = [comunica, kind + endpoint, LEADS, "-t", "application/sparql-results+json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    # Values only: this version's reader of results loses language tags, of any endpoint.
    assert [row["name"]["value"] for row in json.loads(done.stdout)["results"]["bindings"]] == [LEAD]


def test_comunica_joins_us_with_a_document_of_ours(comunica: str, server: Server, endpoint: str) -> None:
    query = f"""{PREFIXES}SELECT ?official ?title WHERE {{
      <https://w3id.org/ccin/id/council/oldham> ccin:officialName ?official .
      ?project ccin:participant <https://w3id.org/ccin/id/council/oldham> ; rdfs:label ?title
    }}"""
    sources = [f"file@{server.url}/doc/council/oldham.ttl", f"sparql@{endpoint}"]
    command = [comunica, *sources, query, "-t", "application/sparql-results+json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    rows = json.loads(done.stdout)["results"]["bindings"]
    assert "CCIN Action Learning: Co-operation through Covid-19" in {row["title"]["value"] for row in rows}
    assert {row["official"]["value"] for row in rows} == {"Oldham Metropolitan Borough Council"}
