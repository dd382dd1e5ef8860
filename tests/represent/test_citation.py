"""Citations: the same in text, BibTeX and CSL-JSON, with nothing in them that TeX would obey."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ccin_ld.represent.citation import BIBTEX, CSL, TEXT, Citation, key_of

CITED = Citation(
    key="council-oldham",
    title="Oldham & Co_op {100%}",
    container="The network as linked data",
    publisher="A publisher",
    version="Release 2026-11-24-810b28d3",
    day="2026-11-24",
    url="https://example.org/id/council/oldham",
    licence="https://creativecommons.org/licenses/by/4.0/",
)


def test_text() -> None:
    assert CITED.text() == (
        "A publisher (2026). “Oldham & Co_op {100%}”. In: The network as linked data. "
        "Release 2026-11-24-810b28d3 [Dataset]. https://example.org/id/council/oldham"
    )
    whole = replace(CITED, title=CITED.container, day=None)
    assert "In:" not in whole.text()
    assert "(" not in whole.text()


def test_bibtex() -> None:
    text = CITED.bibtex()
    assert text.startswith("@misc{council-oldham,\n")
    assert r"title = {{Oldham \& Co\_op \{100\%\}}}," in text
    assert "year = {2026}," in text
    assert "version = {Release 2026-11-24-810b28d3}," in text
    plain = text.replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")


@pytest.mark.parametrize("sign", list("\\{}&%$#_~^"))
def test_no_sign_is_a_command_of_tex(sign: str) -> None:
    line = replace(CITED, title=f"a{sign}b").bibtex().split("title = ")[1].split("\n")[0]
    assert f"a{sign}b" not in line
    assert "a\\" in line


def test_csl() -> None:
    (item,) = json.loads(CITED.written(CSL))
    assert item["type"] == "dataset"
    assert item["title"] == CITED.title
    assert item["URL"] == CITED.url
    assert item["version"] == CITED.version
    assert item["issued"] == {"date-parts": [[2026, 11, 24]]}
    assert "issued" not in json.loads(replace(CITED, day=None).written(CSL))[0]


def test_each_form_has_its_bytes() -> None:
    assert CITED.written(TEXT).decode() == CITED.text() + "\n"
    assert CITED.written(BIBTEX).decode() == CITED.bibtex()


def test_keys_are_plain() -> None:
    assert key_of("https://w3id.org/ccin/id/council/oldham") == "ccin-id-council-oldham"
    assert key_of("x:") == "record"
