"""How to ask the same from a program or a spreadsheet: texts that run as they are."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

# The parameters that name the dataset of a query, each with an IRI (SPARQL 1.1 Protocol, 2.1.4).
Dataset = Sequence[tuple[str, str]]
_END = "SPARQL"


@dataclass(frozen=True)
class Snippet:
    """One text to copy, and where it is for."""

    name: str
    text: str
    hint: str = ""


def address_of(endpoint: str, query: str, dataset: Dataset = ()) -> str:
    """Return the address of the answer to *query* over *dataset*."""
    pairs = [("query", query), *dataset]
    return endpoint + "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs)


def of_query(endpoint: str, query: str, dataset: Dataset = (), *, is_graph: bool = False) -> list[Snippet]:
    """Return how to send *query* to the endpoint at this address from outside; a graph comes as Turtle."""
    query = query.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    table = "" if is_graph else f"{address_of(endpoint, query, dataset)}&format=csv"
    found = [
        Snippet("curl", _curl(endpoint, query, dataset, "text/turtle" if is_graph else "text/csv")),
        Snippet(
            "Python",
            _python(endpoint, query, dataset, is_graph),
            "Needs SPARQLWrapper (and rdflib, for a graph).",
        ),
        Snippet("JavaScript", _javascript(endpoint, query, dataset, is_graph)),
    ]
    if is_graph:
        return found
    found.insert(2, Snippet("R", f"answer <- read.csv(\n  {_r(table)}\n)\nprint(answer)"))
    return [*found, _spreadsheet(table)]


def of_addresses(csv: str, plain_json: str) -> list[Snippet]:
    """Return how to read a table that has addresses of its own, as CSV and as plain JSON."""
    return [
        Snippet("curl", f"curl -sS {shlex.quote(csv)}"),
        Snippet("Python", f"import pandas\n\nprint(pandas.read_csv({_quoted(csv)}))", "Needs pandas."),
        Snippet("R", f"answer <- read.csv({_r(csv)})\nprint(answer)"),
        Snippet(
            "JavaScript",
            f"const response = await fetch({_quoted(plain_json)});\n"
            "const answer = await response.json();\n"
            "console.log(answer.rows);",
        ),
        _spreadsheet(csv),
    ]


def _spreadsheet(address: str) -> Snippet:
    hint = "Import this address as CSV in UTF-8. Excel: Data, From Web. LibreOffice: Sheet, External Links."
    return Snippet("Spreadsheet", address, hint)


def _curl(endpoint: str, query: str, dataset: Dataset, media_type: str) -> str:
    end = _END
    while end in query.splitlines():
        end += "_"
    graphs = "".join(f" --data-urlencode {shlex.quote(f'{name}={iri}')}" for name, iri in dataset)
    # In quotes, the shell leaves what stands before the end as it is.
    return (
        f"curl -sS {shlex.quote(endpoint)} -H 'Accept: {media_type}'{graphs}"
        f" --data-urlencode query@- <<'{end}'\n{query}\n{end}"
    )


def _python(endpoint: str, query: str, dataset: Dataset, is_graph: bool) -> str:
    text = query.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    lines = [
        f"from SPARQLWrapper import SPARQLWrapper, {'TURTLE' if is_graph else 'JSON'}",
        "",
        f"endpoint = SPARQLWrapper({_quoted(endpoint)}, returnFormat={'TURTLE' if is_graph else 'JSON'})",
        'endpoint.setMethod("POST")',
        *(f"endpoint.addParameter({_quoted(name)}, {_quoted(iri)})" for name, iri in dataset),
        f'endpoint.setQuery("""\n{text}\n""")',
    ]
    if is_graph:
        return "\n".join([*lines, "print(endpoint.queryAndConvert().decode())"])
    return "\n".join(
        [
            *lines,
            "answer = endpoint.queryAndConvert()",
            'if "boolean" in answer:',
            '    print(answer["boolean"])',
            "else:",
            '    for row in answer["results"]["bindings"]:',
            '        print({name: cell["value"] for name, cell in row.items()})',
        ]
    )


def _javascript(endpoint: str, query: str, dataset: Dataset, is_graph: bool) -> str:
    text = query.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    accept = "text/turtle" if is_graph else "application/sparql-results+json"
    read = "text" if is_graph else "json"
    pairs = ", ".join(f"[{_quoted(name)}, {_quoted(iri)}]" for name, iri in dataset)
    sent = f'[["query", query], {pairs}]' if dataset else "{ query }"
    return (
        f"const query = `\n{text}\n`;\n"
        f"const response = await fetch({_quoted(endpoint)}, {{\n"
        '  method: "POST",\n'
        f'  headers: {{ Accept: "{accept}" }},\n'
        f"  body: new URLSearchParams({sent}),\n"
        "});\n"
        f"const answer = await response.{read}();\n"
        f"console.log({'answer' if is_graph else 'JSON.stringify(answer.results ?? answer.boolean)'});"
    )


def _quoted(text: str) -> str:
    # A JSON string is also one of JavaScript and of Python.
    return json.dumps(text, ensure_ascii=False)


def _r(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
