"""The engine dies, hangs or loses the data while the site serves: pages say so, and it recovers by itself."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.config import Settings
from ccin_ld.store.engine import update
from ccin_ld.store.names import Names
from ccin_ld.web.app import App, create_app

from .conftest import push_build, remote_site
from .engines import Running
from .fake import Handler, fake

pytestmark = pytest.mark.alone

LABELS = "SELECT ?s ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l } ORDER BY ?s LIMIT 3"
HTML = {"Accept": "text/html"}


@pytest.fixture
def site(small: Running, choir: Build, choir_settings: Settings) -> Iterator[App]:
    """The choirs' site in front of an engine of its own."""
    push_build(small.engine, choir_settings)
    made = remote_site(replace(small.engine, seconds=2.0), choir, choir_settings)
    yield made
    made.close()


def things(choir: Build) -> list[str]:
    items = choir.index.items("members", limit=5)
    return [item.iri.replace(choir.base.iri + "id/", "/doc/") for item in items]


def ask(client: Client, **more: str) -> tuple[int, str]:
    answer = client.post("/sparql", data={"query": LABELS, "format": "json", **more})
    return answer.status_code, answer.text


def test_killed_in_the_middle(small: Running, site: App, choir: Build) -> None:
    client, (first, second, third, *_) = Client(site), things(choir)
    assert client.get(first, headers=HTML).status_code == 200
    before = ask(client)
    assert before[0] == 200
    small.kill()

    page = client.get(second, headers=HTML)
    assert (page.status_code, page.mimetype) == (502, "text/html")
    assert "The engine behind this site gave no answer" in page.text
    assert "cannot be reached" in page.text
    assert "Try again in a minute" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Retry-After"] == "10"
    data = client.get(second, headers={"Accept": "text/turtle"})
    assert (data.status_code, data.mimetype) == (502, "application/problem+json")
    assert data.json["detail"] == "the engine behind this site cannot be reached"
    assert ask(client)[0] == 502
    query_page = client.get("/sparql", query_string={"query": LABELS}, headers=HTML)
    assert (query_page.status_code, query_page.mimetype) == (502, "text/html")
    assert "cannot be reached" in query_page.text
    for text in (page.text, data.text, query_page.text):
        assert "127.0.0.1" not in text
    # What needs no engine, or was read before, goes on.
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 502
    assert client.get(first, headers=HTML).status_code == 200

    small.start()
    assert client.get(second, headers=HTML).status_code == 200
    assert client.get(third, headers={"Accept": "text/turtle"}).status_code == 200
    assert client.get("/readyz").status_code == 200
    assert ask(client) == before


def test_killed_while_it_answers(small: Running, site: App) -> None:
    """Nothing of half an answer is sent: it is 502, and the next one is whole."""
    client = Client(site)
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    killing = threading.Timer(0.7, small.kill)
    killing.start()
    answer = client.post("/sparql", data={"query": endless, "format": "json"})
    killing.join()
    assert (answer.status_code, answer.mimetype) == (502, "application/problem+json")
    small.start()
    assert ask(client)[0] == 200
    assert client.post("/sparql", data={"query": endless, "timeout": "0.6"}).status_code == 504


def test_hanging(small: Running, site: App, choir: Build) -> None:
    client, (first, second, *_) = Client(site), things(choir)
    small.pause()
    page = client.get(first, headers=HTML)
    assert (page.status_code, page.mimetype) == (504, "text/html")
    assert "did not answer in time" in page.text
    assert ask(client, timeout="0.7")[0] == 504
    small.go_on()
    assert client.get(second, headers=HTML).status_code == 200
    assert ask(client)[0] == 200


def test_other_data_is_not_taken_for_nothing_known(
    small: Running, site: App, choir: Build, choir_settings: Settings
) -> None:
    """An engine that was emptied does not make every page a 404."""
    client, (first, *_) = Client(site), things(choir)
    names = Names(choir.base.iri)
    assert client.get("/doc/organisation/nowhere").status_code == 404
    for graph in (site.sites.get().build.store.published.default, names.state):  # type: ignore[attr-defined]
        update(small.engine, f"DROP SILENT GRAPH <{graph}>")
    time.sleep(0.6)  # it is sure of what the engine holds for half a second
    page = client.get(first, headers=HTML)
    assert page.status_code == 502
    assert "holds other data" in page.text
    lists = client.get("/members.csv")
    assert lists.status_code == 502
    for query in (
        LABELS,
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "ASK { ?s ?p ?o }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
    ):
        asked = client.post("/sparql", data={"query": query})
        assert asked.status_code == 502, query
        assert "holds other data" in asked.text
    push_build(small.engine, choir_settings)
    assert client.get(first, headers=HTML).status_code == 200
    assert ask(client)[0] == 200
    assert client.get("/members.csv").data.count(b"\n") > 1


def test_an_engine_that_is_not_there_at_the_start(
    small: Running, choir: Build, choir_settings: Settings
) -> None:
    """The process starts, says what is wrong, and serves as soon as it can."""
    push_build(small.engine, choir_settings)
    small.kill()
    now = [0.0]
    settings = replace(choir_settings, endpoint=small.engine.query)
    app = create_app(settings)
    app.sites._clock = lambda: now[0]  # type: ignore[union-attr]
    client = Client(app)
    first = client.get("/members")
    assert (first.status_code, first.json["title"]) == (502, "The engine behind this site gave no answer")
    assert client.get("/healthz").status_code == 200
    small.start()
    assert client.get("/members").status_code == 502  # it looks once a second
    now[0] += 1.1
    assert client.get("/members").status_code == 200
    app.close()


def test_a_newer_build_waits_for_its_push(small: Running, choir: Build, choir_settings: Settings) -> None:
    """Who has built and not pushed goes on serving the old build; after the push, the new one."""
    push_build(small.engine, choir_settings)
    now = [0.0]
    settings = replace(choir_settings, endpoint=small.engine.query)
    app = create_app(settings)
    app.sites._clock = lambda: now[0]  # type: ignore[union-attr]
    client = Client(app)
    assert client.get("/readyz").status_code == 200
    served = app.sites.get().build.folder

    newer = served.parent / "newer"
    link = choir_settings.var_dir / "current"
    shutil.copytree(served, newer)
    manifest = json.loads((newer / "manifest.json").read_text())
    manifest["files"] = [
        {**one, "sha256": "f" * 64} if one["name"] == "dataset.nq" else one for one in manifest["files"]
    ]
    (newer / "manifest.json").write_text(json.dumps(manifest))
    target = os.readlink(link)
    try:
        link.unlink()
        link.symlink_to("builds/newer")
        now[0] += 1.1
        assert client.get("/members").status_code == 200
        assert app.sites.get().build.folder == served
        push_build(small.engine, settings)
        for _ in range(5):  # an engine that is slow right after a push is asked again
            now[0] += 1.1
            assert client.get("/members").status_code == 200
            if app.sites.get().build.folder == newer:
                break
        assert app.sites.get().build.folder == newer
    finally:
        link.unlink()
        link.symlink_to(target)
        shutil.rmtree(newer)
        app.close()


def test_a_slow_engine_does_not_hold_up_what_is_known(choir: Build, choir_settings: Settings) -> None:
    """While one thread looks for a newer build, others answer from the one they have."""
    with fake() as server:
        server.behave = Handler.hang_up
        settings = replace(choir_settings, endpoint=server.url)
        app = create_app(settings)
        assert [Client(app).get("/members").status_code for _ in range(5)] == [502] * 5
        # The failure is remembered for a second: five requests, one try (sent twice, as it got no answer).
        assert len(server.seen) == 2
        app.close()
