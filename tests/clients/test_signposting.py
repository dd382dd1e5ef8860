"""Signposting of every page about a thing, read back by the library of its makers. Rows D6, L5."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest
from signposting import find_signposting_html, find_signposting_http, find_signposting_linkset
from signposting.signpost import Signposting

from ccin_ld.iris import Base
from ccin_ld.represent.profiles import FORMATS, PROFILES

from ..web.test_server import Server

PAGES = ["council/oldham", "project/eoi-action-learning-set", "principle/co-production",
         "claim/eoi-action-learning-set--co-production--eoi-action-learning-set--1"]  # fmt: skip
KINDS = {"council": "GovernmentOrganization", "project": "Project", "principle": "DefinedTerm"}


def targets(found: Any) -> set[str]:
    return {str(one.target) for one in found}


def level_one(found: Signposting, server: Server, name: str) -> None:
    """Assert that a page has every link of level 1."""
    assert found.citeAs is not None
    assert str(found.citeAs.target) == f"https://w3id.org/ccin/id/{name}"
    assert found.license is not None
    assert str(found.license.target) == "https://creativecommons.org/licenses/by/4.0/"
    assert targets(found.authors) == {"https://w3id.org/ccin/data#publisher"}
    assert found.collection is not None
    assert str(found.collection.target) == f"{server.url}/data/ccin"
    kind = KINDS.get(name.split("/")[0])
    types = targets(found.types)
    assert "https://schema.org/AboutPage" in types
    assert len(types) == 2
    if kind:
        assert f"https://schema.org/{kind}" in types
    described = {str(one.target): str(one.type) for one in found.describedBy}
    assert described[f"{server.url}/doc/{name}.ttl"] == "text/turtle"
    assert described[f"{server.url}/doc/{name}.jsonld"] == "application/ld+json"
    sets = {str(one.type): str(one.target) for one in found.linksets}
    assert sets["application/linkset+json"] == f"{server.url}/linkset/{name}.json"


@pytest.mark.parametrize("name", PAGES)
def test_the_header_and_the_head_say_the_same(server: Server, name: str) -> None:
    page = f"{server.url}/doc/{name}"
    header, head = find_signposting_http(page), find_signposting_html(page)
    for found in (header, head):
        level_one(found, server, name)
    # The head names one link set: pages stay small.
    second = {f"{server.url}/linkset/{name}.txt"}
    assert targets(header.signposts) == targets(head.signposts) | second


@pytest.mark.parametrize("name", PAGES)
def test_the_link_sets_say_more(server: Server, name: str) -> None:
    page = f"{server.url}/doc/{name}"
    read = [
        find_signposting_linkset(str(one.target), str(one.type))
        for one in find_signposting_http(page).linksets
    ]
    assert len(read) == 2
    for found in read:
        here = found.for_context(page)
        assert here.citeAs is not None
        assert str(here.citeAs.target) == f"https://w3id.org/ccin/id/{name}"
        described = {str(one.target): str(one.type) for one in here.describedBy}
        # Every profile in every format of RDF.
        forms = {one.media_type for one in FORMATS}
        assert set(described.values()) == forms
        profiles = 3 if name.startswith("claim/") else len(PROFILES)
        assert len(described) == profiles * len(FORMATS)
        for target, kind in described.items():
            with urllib.request.urlopen(target) as answer:
                assert answer.headers["Content-Type"].split(";")[0] == kind
    first, second = (targets(found.for_context(page).signposts) for found in read)
    assert first == second


def test_the_json_names_profiles_and_the_way_back(server: Server) -> None:
    with urllib.request.urlopen(f"{server.url}/linkset/council/oldham.json") as answer:
        assert answer.headers["Content-Type"] == "application/linkset+json"
        contexts = {one["anchor"]: one for one in json.load(answer)["linkset"]}
    page = f"{server.url}/doc/council/oldham"
    found = {target["profile"][0] for target in contexts[page]["alternate"]}
    assert found == {one.iri(Base()) for one in PROFILES}
    assert contexts[f"{page}.ttl?_profile=org"]["describes"] == [{"href": page, "type": "text/html"}]
    assert contexts["https://w3id.org/ccin/id/council/oldham"]["describedby"][0]["href"] == page


def test_the_page_of_the_dataset_leads_to_its_files(server: Server) -> None:
    """A landing page: level 1 names the files that hold everything, level 2 all of them and the way back."""
    page = f"{server.url}/data/ccin"
    header, head = find_signposting_http(page), find_signposting_html(page)
    for found in (header, head):
        assert found.citeAs is not None
        assert str(found.citeAs.target) == "https://w3id.org/ccin/data/ccin"
        assert found.license is not None
        assert targets(found.types) == {"https://schema.org/AboutPage", "https://schema.org/Dataset"}
        names = {one.rpartition("/")[2] for one in targets(found.items)}
        assert names == {f"dataset.{one}" for one in ("nq", "trig", "ttl", "jsonld")}
    read = [find_signposting_linkset(str(one.target), str(one.type)) for one in header.linksets]
    assert len(read) == 2
    for whole in read:
        items = {str(one.target): str(one.type) for one in whole.for_context(page).items}
        assert len(items) > 30
        for target, kind in items.items():
            back = whole.for_context(target).collection
            assert back is not None
            assert str(back.target) == page
            request = urllib.request.Request(target, method="HEAD")
            with urllib.request.urlopen(request) as answer:
                assert answer.headers["Content-Type"].split(";")[0] == kind
