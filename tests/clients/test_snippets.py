"""The texts under "Use it in" run as they are, also for a query with every sign that quoting goes wrong on. Row Q3."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from ..conftest import missing
from ..web.test_server import Server

NASTY = r'''# a comment with 'quotes', "more", `ticks`, ${name}, $HOME, \ and """
SELECT ?x ?y WHERE {
  BIND("it's \"so\" \\ `ls` ${x} $(ls) é" AS ?x) BIND("""a "" b""" AS ?y)
}
LIMIT 5'''
# A line that would end the text which the shell reads.
ENDING = "SELECT ?x WHERE { BIND('''one\nSPARQL\ntwo''' AS ?x) }"
VALUES = ['it\'s "so" \\ `ls` ${x} $(ls) é', 'a "" b']
GRAPH = "CONSTRUCT { <urn:a> <urn:b> ?x } WHERE { BIND('\"quoted\" \\\\ `x`' AS ?x) }"
QUESTION = "/questions/projects-of-a-council?council=oldham"


def snippets(server: Server, path: str) -> dict[str, str]:
    """Return the texts of a page by their names."""
    status, _, body = server.get(path, Accept="text/html")
    assert status == 200
    found = re.findall(r'<pre[^>]* data-snippet="([^"]+)">(.*?)</pre>', body.decode(), re.DOTALL)
    return {name: html.unescape(text) for name, text in found}


def query_page(query: str) -> str:
    return "/sparql?query=" + quote(query, safe="")


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def shell(text: str) -> str:
    if shutil.which("curl") is None:
        missing("curl is not there")
    return run("sh", "-c", text)


def node(text: str) -> str:
    program = shutil.which("node") or missing("node is not there")
    return run(program, "--input-type=module", "-e", text)


def test_every_page_of_a_result_has_them(server: Server) -> None:
    assert list(snippets(server, query_page(NASTY))) == ["curl", "Python", "R", "JavaScript", "Spreadsheet"]
    assert list(snippets(server, query_page(GRAPH))) == ["curl", "Python", "JavaScript"]
    assert list(snippets(server, QUESTION)) == ["curl", "Python", "R", "JavaScript", "Spreadsheet"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lines", "lines as a form sends them"])
def test_curl_for_a_query(server: Server, newline: str) -> None:
    text = snippets(server, query_page(NASTY.replace("\n", newline)))["curl"]
    assert list(csv.reader(io.StringIO(shell(text)))) == [["x", "y"], VALUES]


def test_curl_for_a_query_that_holds_the_end_of_the_text(server: Server) -> None:
    assert "one\nSPARQL\ntwo" in shell(snippets(server, query_page(ENDING))["curl"])


def test_python_for_a_query(server: Server) -> None:
    assert (
        run(sys.executable, "-c", snippets(server, query_page(NASTY))["Python"])
        == f"{dict(zip('xy', VALUES, strict=True))}\n"
    )


def test_javascript_for_a_query(server: Server) -> None:
    rows: Any = json.loads(node(snippets(server, query_page(NASTY))["JavaScript"]))["bindings"]
    assert [[row["x"]["value"], row["y"]["value"]] for row in rows] == [VALUES]


@pytest.mark.parametrize("name", ["curl", "Python", "JavaScript"])
def test_texts_for_a_graph(server: Server, name: str) -> None:
    text = snippets(server, query_page(GRAPH))[name]
    turtle = {"curl": shell, "Python": lambda one: run(sys.executable, "-c", one), "JavaScript": node}[name](
        text
    )
    triples = [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]
    assert triples == [ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal('"quoted" \\ `x`'))]


def test_texts_keep_the_graphs_that_are_asked(server: Server) -> None:
    """What the page counts in one graph is what each text counts."""
    graph = "https://w3id.org/ccin/data/graph/register"
    path = query_page("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") + "&default-graph-uri=" + quote(graph, safe="")
    answer = server.get(path, Accept="text/csv")[2].decode().split()
    texts = snippets(server, path)
    assert shell(texts["curl"]).split() == answer
    assert run(sys.executable, "-c", texts["Python"]) == f"{ {'n': answer[1]} }\n"
    assert json.loads(node(texts["JavaScript"]))["bindings"][0]["n"]["value"] == answer[1]
    with urllib.request.urlopen(texts["Spreadsheet"]) as response:
        assert response.read().decode().split() == answer


def test_texts_for_a_question(server: Server) -> None:
    texts = snippets(server, QUESTION)
    rows = list(csv.DictReader(io.StringIO(shell(texts["curl"]))))
    assert "CCIN Action Learning: Co-operation through Covid-19" in {row["project label"] for row in rows}
    assert "/project/eoi-action" in run(sys.executable, "-c", texts["Python"])
    assert "label: 'Participant'" in node(texts["JavaScript"])


@pytest.mark.parametrize("path", [query_page(NASTY), QUESTION], ids=["query", "question"])
def test_the_address_for_a_spreadsheet_and_for_r_is_csv(server: Server, path: str) -> None:
    texts = snippets(server, path)
    with urllib.request.urlopen(texts["Spreadsheet"]) as response:
        assert response.headers["Content-Type"].startswith("text/csv")
        rows = list(csv.reader(io.StringIO(response.read().decode(), newline="")))
    assert len(rows) > 1
    # R is on few machines: what it reads is the same address, as a string of R.
    assert f'"{texts["Spreadsheet"]}"' in texts["R"]
    if shutil.which("Rscript"):
        assert run("Rscript", "-e", texts["R"])


def test_a_long_query_is_told_that_its_address_is_long(server: Server) -> None:
    short, long = "SELECT * { ?s ?p ?o } LIMIT 1", "SELECT * { ?s ?p ?o } LIMIT 1 #" + "x" * 2000
    for query, told in ((short, False), (long, True)):
        body = server.get(query_page(query), Accept="text/html")[2].decode()
        assert ("Some programs cut an address after 2,000" in body) is told


def test_the_files_of_questions_run_as_they_are(server: Server) -> None:
    files = sorted((Path(__file__).parents[2] / "examples" / "queries").glob("*.rq"))
    assert len(files) == 16
    for path in files:
        command = [
            "curl",
            "-sSf",
            server.url + "/sparql",
            "--data-urlencode",
            f"query@{path}",
            "-H",
            "Accept: text/csv",
        ]
        assert len(run(*command).splitlines()) > 1, path.name
