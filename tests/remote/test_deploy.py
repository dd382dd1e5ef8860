"""Two web processes over one Virtuoso, and nginx with the configuration of deploy/ in front of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urlencode

import pytest
from werkzeug.test import Client

from ccin_ld.build import Build
from ccin_ld.config import Settings

from ..conftest import ROOT, missing
from .asked import QUERIES
from .engines import Running, free_port

DEPLOY = ROOT / "deploy"
PAGE = "/doc/council/oldham"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    data: bytes


def lowered(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def get(url: str, *, data: bytes | None = None, **headers: str) -> Answer:
    request = urllib.request.Request(
        url, data=data, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Answer(answer.status, lowered(answer.headers), answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, lowered(error.headers), error.read())


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            if get(url).status == 200:
                return
        except OSError:
            pass
        assert process.poll() is None, process.args
        assert time.monotonic() < until, url
        time.sleep(0.1)


@dataclass
class Deployed:
    url: str
    webs: list[subprocess.Popen[bytes]]


def configuration(port: int, webs: list[int]) -> str:
    """Return deploy/nginx.conf with these ports, and nothing else changed."""
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    line = "        server web:8000 max_fails=2 fail_timeout=5s;\n"
    assert text.count(line) == 1
    assert text.count("listen 8080;") == 1
    lines = "".join(line.replace("web:8000", f"127.0.0.1:{web}") for web in webs)
    return text.replace(line, lines).replace("listen 8080;", f"listen 127.0.0.1:{port};")


@pytest.fixture(scope="module")
def deployed(
    held_by: Running, settings: Settings, built: Build, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployed]:
    """All of it, running."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        missing("nginx is not installed (apt-get install nginx-light)")
    folder = tmp_path_factory.mktemp("nginx")
    port, ports = free_port(), [free_port(), free_port()]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CCIN_LD_")},
        "CCIN_LD_ENDPOINT": held_by.engine.query,
        "CCIN_LD_VAR_DIR": str(settings.var_dir),
        "CCIN_LD_TRUSTED_PROXIES": "1",
    }
    serve = [sys.executable, "-m", "ccin_ld.cli", "serve", "--port"]
    started = [
        subprocess.Popen([*serve, str(one)], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        for one in ports
    ]
    (folder / "nginx.conf").write_text(configuration(port, ports))
    command = [nginx, "-p", str(folder), "-c", "nginx.conf", "-g", "daemon off;"]
    started.append(subprocess.Popen(command))
    try:
        for one, process in zip(ports, started, strict=False):
            wait_for(f"http://127.0.0.1:{one}/readyz", process)
        wait_for(f"http://127.0.0.1:{port}/readyz", started[2])
        yield Deployed(f"http://127.0.0.1:{port}", started[:2])
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(30)


@pytest.mark.parametrize("held_by", ["virtuoso"], indirect=True)
def test_two_processes_and_one_engine(held_by: Running, deployed: Deployed, near: Client) -> None:
    url = deployed.url
    expected = near.get(PAGE, headers={"Accept": "text/turtle"})
    answers = [get(url + PAGE, Accept="text/turtle") for _ in range(4)]
    assert [one.data for one in answers] == [expected.data] * 4
    # Both have answered, and agree on the ETag: what one gave, the other says is unchanged.
    etags = {one.headers["etag"] for one in answers}
    assert etags == {expected.headers["ETag"]}
    again = [get(url + PAGE, Accept="text/turtle", If_None_Match=etags.copy().pop()).status for _ in range(4)]
    assert again == [304] * 4

    query = urlencode({"query": QUERIES["count"], "format": "json"}).encode()
    counts = [get(url + "/sparql", data=query) for _ in range(2)]
    numbers = [json.loads(one.data)["results"]["bindings"][0]["n"]["value"] for one in counts]
    assert (
        numbers
        == [
            str(
                json.loads(near.post("/sparql", data={"query": QUERIES["count"], "format": "json"}).data)[
                    "results"
                ]["bindings"][0]["n"]["value"]
            )
        ]
        * 2
    )

    page = get(url + PAGE, Accept="text/html", X_Forwarded_Host="evil.example")
    assert page.status == 200
    assert b"evil.example" not in page.data
    assert f'href="{url}{PAGE}"'.encode() in page.data  # rel=canonical names the outer address
    assert get(url + "/sparql", data=b"query=" + b"x" * 300_000).status == 413


@pytest.mark.parametrize("held_by", ["virtuoso"], indirect=True)
def test_one_process_may_go(held_by: Running, deployed: Deployed) -> None:
    deployed.webs[0].kill()
    deployed.webs[0].wait(10)
    assert [get(deployed.url + path).status for path in ("/members", "/projects", PAGE, "/healthz")] == [
        200
    ] * 4


def test_the_unit_and_the_compose_file_name_what_there_is() -> None:
    unit = (DEPLOY / "ccin-ld@.service").read_text(encoding="utf-8")
    compose = (DEPLOY / "compose.yml").read_text(encoding="utf-8")
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    known = {f"CCIN_LD_{name.upper()}" for name in Settings.__dataclass_fields__}
    for text in (unit, compose, dockerfile):
        assert set(re.findall(r"CCIN_LD_[A-Z_]+", text)) <= known
    copied = re.findall(r"^COPY ([^/\n]+) \S+$", dockerfile, re.MULTILINE)
    for name in " ".join(copied).split():
        assert (ROOT / name).exists() or name == "frontend", name
    assert dockerfile.index("USER ccin-ld") < dockerfile.index('CMD ["oxigraph"')
    assert dockerfile.rindex("USER ccin-ld") < dockerfile.index('CMD ["ccin-ld", "serve"]')
    assert "privileged" not in compose
