"""Telling others of a Release: signed, sent again where that may help, and never in the Release's way. Row C8."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ccin_ld.build import Build
from ccin_ld.cli import main
from ccin_ld.config import Secret, Settings
from ccin_ld.errors import BadInput, BadSettings, NotNotified
from ccin_ld.notify import key_of, notify
from ccin_ld.release import release

from .past import replace as write

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


@dataclass
class Receiver:
    """A server that keeps what it is told, and answers with the statuses given to it, 204 after them."""

    url: str
    answers: list[tuple[int, dict[str, str]]]
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def genuine(self, headers: dict[str, str], body: bytes, key: bytes) -> bool:
        """Check a message as a receiver does, by the words of Standard Webhooks."""
        signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"v1,{wanted}" in headers["webhook-signature"].split(" ")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver("", [])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.told.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, headers = made.answers.pop(0) if made.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_address[1]}/hook/hidden-path"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def told(past: Build, past_settings: Settings, receiver: Receiver) -> Settings:
    return replace(past_settings, webhook=receiver.url, webhook_secret=Secret(SECRET))


def send(settings: Settings, name: str = "latest") -> tuple[list[str], list[float]]:
    """Tell of a Release; return what was said and how long it waited."""
    said: list[str] = []
    waited: list[float] = []
    notify(settings, name, say=said.append, sleep=waited.append, now=lambda: 1_700_000_000.9)
    return said, waited


def test_what_is_told(told: Settings, past: Build, receiver: Receiver) -> None:
    said, waited = send(told)
    ((headers, body),) = receiver.told
    assert headers["content-type"] == "application/json"
    assert headers["webhook-timestamp"] == "1700000000"
    assert receiver.genuine(headers, body, b"0123456789abcdef0123456789abcdef")
    assert not receiver.genuine(headers, body + b" ", b"0123456789abcdef0123456789abcdef")
    assert not receiver.genuine({**headers, "webhook-timestamp": "1700000001"}, body, key_of(Secret(SECRET)))
    newest = past.ledger.releases[-1]
    message = json.loads(body)
    assert (message["type"], message["timestamp"]) == ("release.published", "2023-11-14T22:13:20Z")
    data = message["data"]
    assert (data["name"], data["date"]) == (newest.name, "2022-03-02")
    assert data["release"] == f"https://choirs.example/data/choirs/{newest.name}"
    assert data["previous"] == f"https://choirs.example/data/choirs/{newest.previous}"
    assert data["statements"] == {"added": newest.added, "removed": newest.removed}
    assert data["things"] == {"new": 0, "gone": 2, "changed": 1}
    host = receiver.url.split("/")[2]
    assert (said, waited) == ([f"Told {host} of the Release {newest.name}"], [])


def test_the_addresses_that_it_names_are_there(told: Settings, receiver: Receiver, then: Any) -> None:
    send(replace(told, public_url="http://localhost"))
    addresses = json.loads(receiver.told[0][1])["data"]["addresses"]
    assert set(addresses) == {"release", "changes", "stream", "feed"}
    for address in addresses.values():
        assert then.get(address.removeprefix("http://localhost")).status_code == 200


def test_the_published_vectors() -> None:
    """The example of the Standard Webhooks specification's libraries."""
    from ccin_ld.notify import Message, signature

    key = key_of(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    message = Message("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}')
    assert signature(key, message, 1614265330) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("answers", "times", "waits"),
    [
        pytest.param([(503, {})], 2, [1.0], id="it was busy once"),
        pytest.param(
            [(500, {}), (429, {"Retry-After": "7"})], 3, [1.0, 7.0], id="it said when to come again"
        ),
        pytest.param([(503, {"Retry-After": "86400"})], 2, [30.0], id="a day is too long to wait"),
    ],
)
def test_it_is_sent_again(
    told: Settings, receiver: Receiver, answers: list[Any], times: int, waits: list[float]
) -> None:
    receiver.answers += answers
    _, waited = send(told)
    assert (len(receiver.told), waited) == (times, waits)
    assert len({headers["webhook-id"] for headers, _ in receiver.told}) == 1
    assert len({body for _, body in receiver.told}) == 1


@pytest.mark.parametrize(
    ("answers", "times", "why"),
    [
        pytest.param([(400, {})], 1, "it answered 400", id="it will refuse that again"),
        pytest.param([(410, {})], 1, "it answered 410", id="it wants no more"),
        pytest.param([(302, {"Location": "/elsewhere"})], 1, "it answered 302", id="it is not led elsewhere"),
        pytest.param(
            [(307, {"Location": "/elsewhere"})], 1, "it answered 307", id="nor kept to POST elsewhere"
        ),
        pytest.param([(503, {})] * 3, 3, "it answered 503", id="it stays busy"),
    ],
)
def test_it_is_not_taken(
    told: Settings, receiver: Receiver, answers: list[Any], times: int, why: str
) -> None:
    receiver.answers += answers
    with pytest.raises(NotNotified, match=why) as caught:
        send(told)
    assert len(receiver.told) == times
    assert "stands" in str(caught.value)
    assert "hidden-path" not in str(caught.value)


def test_nobody_is_there(told: Settings, receiver: Receiver) -> None:
    """The others are told all the same, and the one error names who was not."""
    both = replace(told, webhook=f"http://127.0.0.1:9/x {receiver.url}", webhook_timeout=2.0)
    with pytest.raises(NotNotified, match=r"127\.0\.0\.1:9: it cannot be reached") as caught:
        send(both)
    assert len(caught.value.failures) == len(receiver.told) == 1


def test_what_has_to_be_said_first(told: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="who is to be told"):
        send(replace(told, webhook=None))
    with pytest.raises(BadSettings, match="no secret"):
        send(replace(told, webhook_secret=None))
    with pytest.raises(BadSettings, match="WEBHOOK_SECRET_FILE cannot be read"):
        send(replace(told, webhook_secret=None, webhook_secret_file=tmp_path / "none"))
    with pytest.raises(BadSettings, match="is not Base64"):
        send(replace(told, webhook_secret=Secret("whsec_???")))
    with pytest.raises(BadInput, match="no Release"):
        send(told, "2020-01-01-00000000")


@pytest.mark.parametrize("address", ["ftp://x.example/", "x.example", "https://me:word@x.example/"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(BadSettings, match="CCIN_LD_WEBHOOK") as caught:
        Settings(webhook=f"https://good.example/ {address}")
    assert "word" not in str(caught.value).replace("password", "")


def test_the_secret_may_be_in_a_file(told: Settings, receiver: Receiver, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("a long text that is no Base64\n", encoding="utf-8")
    send(replace(told, webhook_secret=None, webhook_secret_file=path))
    assert receiver.genuine(*receiver.told[0], b"a long text that is no Base64")


class TestCommands:
    def run(self, settings: Settings, *arguments: str, **environ: str) -> Result:
        env = {
            "CCIN_LD_DATA_DIR": str(settings.data_dir),
            "CCIN_LD_VAR_DIR": str(settings.var_dir),
            **environ,
        }
        return CliRunner().invoke(main, arguments, env=env)

    def test_notify(self, told: Settings, receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        environ = {"CCIN_LD_WEBHOOK": receiver.url, "CCIN_LD_WEBHOOK_SECRET": SECRET}
        done = self.run(told, "notify", **environ)
        assert (done.exit_code, len(receiver.told)) == (0, 1)
        receiver.answers.append((400, {}))
        failed = self.run(told, "notify", "latest", **environ)
        assert failed.exit_code == 2
        assert "ccin-ld notify" in failed.output
        shown = self.run(told, "settings", **environ)
        for text in (done.output, failed.output, shown.output, caplog.text):
            assert SECRET not in text
            assert SECRET.removeprefix("whsec_") not in text

    def test_a_release_stands_whoever_is_told(
        self, past: Build, past_settings: Settings, receiver: Receiver, tmp_path: Path
    ) -> None:
        import shutil

        settings = Settings(data_dir=tmp_path / "data", var_dir=tmp_path / "var")
        shutil.copytree(past_settings.data_dir, settings.data_dir)
        environ = {"CCIN_LD_WEBHOOK": receiver.url, "CCIN_LD_WEBHOOK_SECRET": SECRET}
        nothing = self.run(settings, "release", "--date", "2022-04-01", "--notify", **environ)
        assert (nothing.exit_code, receiver.told) == (0, [])
        write(settings, "choirs", "Bass United", "Bass Undivided")
        receiver.answers.append((400, {}))
        done = self.run(settings, "release", "--date", "2022-04-01", "--notify", **environ)
        assert (done.exit_code, len(receiver.told)) == (2, 1)
        assert "Release 2022-04-01-" in done.output
        assert json.loads(receiver.told[0][1])["data"]["date"] == "2022-04-01"
        assert not release(settings, date(2022, 4, 1)).is_new
