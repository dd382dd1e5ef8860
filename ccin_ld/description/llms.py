"""What a program that reads words needs to find its way here: ``/llms.txt`` (llmstxt.org), as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import Model
from ..questions import Question
from .about import About

_ASK = [
    ("/sparql", "SPARQL 1.1", "GET ?query=…, Accept: application/sparql-results+json; says its limits"),
    ("/search?q=council&_format=json", "Search", "names, other names, codes, descriptions"),
    ("/openapi.json", "OpenAPI 3.1", "every address that answers with plain JSON"),
    ("/.well-known/void", "VoID", "classes, properties, their numbers: what a query can ask for"),
    ("/def/prefixes", "Prefixes", "those that queries may use"),
]


def text(about: About, model: Model, kinds: Sequence[str], questions: Sequence[Question]) -> str:
    """Return the name of the site, one sentence, what must not be mistaken, and where everything is."""
    start, counts = about.public, about.facts.counts
    head = [
        f"# {about.site.title}",
        "",
        f"> {about.site.description}",
        "",
        about.site.notice,
        "",
        f"{counts.entities:,} things, {counts.triples:,} statements"
        + (f", as of {about.modified}" if about.modified else "")
        + (f"; licence: {about.site.licence}" if about.site.licence else "")
        + ".",
        "",
        "What is not known is not said: that a fact is missing does not mean that it is not so."
        " Every fact has a source, named in each document. Identifiers begin with"
        f" {about.base}; here each answers under the same path, {start}/id/….",
    ]
    sections = (
        ("Ask", _ASK),
        ("Lists", [(f"/{path}.json", path, "as JSON; also .csv, .ttl") for path in sorted(model.lists)]),
        ("Questions that are answered as they are", [_question(one) for one in questions]),
        ("Read", _read(about)),
        ("Files", [(f"{about.path}/latest/{one.name}", one.name, one.title) for one in about.dumps]),
        ("Kinds of things", [(f"/doc/{kind}.json", kind, "every one of this kind") for kind in kinds]),
    )
    for title, entries in sections:
        head += ["", f"## {title}", ""]
        head += [f"- [{name}]({start}{href}): {words}" for href, name, words in entries]
    return "\n".join([*head, ""])


def _read(about: About) -> list[tuple[str, str, str]]:
    return [
        (f"{about.path}.md", "The dataset", "as Markdown; so is every /doc/… with the suffix .md"),
        ("/def/ccin.ttl", "The ontology", "terms with definitions and examples"),
        ("/def/shapes.ttl", "The shapes", "which facts a thing has to have"),
        ("/unknown.json", "What is not known", "not recorded, not known or in conflict"),
        ("/quality.json", "The quality report", "what the shapes found"),
    ]


def _question(question: Question) -> tuple[str, str, str]:
    given = [one.name for one in question.parameters]
    words = question.description + (f" Parameters: {', '.join(given)}." if given else "")
    return f"/questions/{question.key}.json", question.title, words
