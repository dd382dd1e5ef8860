"""Telling others of a Release: one signed POST to each address (Standard Webhooks 1.0).

The message has the same id each time it is sent, so that sending it again does no harm: a receiver keeps the
ids that it has seen. What was published does not depend on whether anybody was told.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from . import __version__, build
from .config import Secret, Settings
from .description import releases
from .errors import BadSettings, NotNotified
from .ledger import FOLDER, Ledger, Release
from .model import Model

TYPE = "release.published"
# The receiver may be able to take it in a moment; any other refusal will be one the next time too.
_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_WAITS = (1.0, 4.0)
_LONGEST_WAIT = 30.0


@dataclass(frozen=True)
class Message:
    """What is told: its id, and the bytes of its body."""

    id: str
    body: bytes


class _NotFollowed(HTTPRedirectHandler):
    """A redirect is an answer: what is signed for one address is not sent to another."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def notify(
    settings: Settings,
    name: str,
    *,
    say: Callable[[str], None] = print,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Tell every address in the settings of the Release *name*, or ``latest``.

    Raises BadInput for an unknown Release, BadSettings without an address or a secret, NotNotified when one
    of them did not take it.
    """
    addresses = (settings.webhook or "").split()
    if not addresses:
        raise BadSettings("it is not said who is to be told", hint="give the address in CCIN_LD_WEBHOOK")
    secret = settings.secret("webhook_secret")
    if not secret:
        hint = "give a secret in CCIN_LD_WEBHOOK_SECRET_FILE, and the same to the receiver"
        raise BadSettings("a message is sent signed, and there is no secret to sign it with", hint=hint)
    release = Ledger(settings.data_dir / FOLDER).get(name)
    message = message_of(release, settings, datetime.fromtimestamp(now(), UTC))
    failures = []
    for address in addresses:
        host = urlsplit(address).netloc  # what follows the host may be a secret itself
        reason = _deliver(address, message, key_of(secret), settings.webhook_timeout, now, sleep)
        if reason:
            failures.append(f"{host}: {reason}")
        else:
            say(f"Told {host} of the Release {release.name}")
    if failures:
        raise NotNotified(release.name, failures)


def message_of(release: Release, settings: Settings, at: datetime) -> Message:
    """Return what is told of a Release: which one, how much it changed, and where to read on."""
    dataset = build.read(settings)
    iri = Model(dataset.triples, dataset.base).site.dataset
    here = (settings.public_url or dataset.base.iri).rstrip("/")
    counts: Mapping[str, int] = Ledger(settings.data_dir / FOLDER).summary(release).get("counts", {})
    data = {
        "release": releases.address(release, iri),
        "name": release.name,
        "title": releases.title(release),
        "date": release.date,
        "previous": f"{iri}/{release.previous}" if release.previous else None,
        "statements": {"added": release.added, "removed": release.removed},
        "things": dict(counts),
        "addresses": {
            "release": f"{here}{dataset.base.path(iri) or ''}/{release.name}",
            "changes": f"{here}/changes/{release.name}/1",
            "stream": f"{here}/changes",
            "feed": f"{here}/feed.atom",
        },
    }
    told = {"type": TYPE, "timestamp": at.isoformat(timespec="seconds").replace("+00:00", "Z"), "data": data}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return Message(f"msg_{release.name}", body)


def key_of(secret: Secret) -> bytes:
    """Return the key that a secret stands for: after ``whsec_`` Base64, else the text itself.

    Raises BadSettings for what is no Base64.
    """
    text = secret.reveal()
    if not text.startswith("whsec_"):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as error:
        hint = "write whsec_ and Base64 behind it, or any other long text"
        raise BadSettings("the secret of the webhook is not Base64 after whsec_", hint=hint) from error


def signature(key: bytes, message: Message, timestamp: int) -> str:
    """Return the signature of a message: HMAC-SHA256 over its id, the time and the body."""
    signed = f"{message.id}.{timestamp}.".encode() + message.body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _deliver(
    address: str,
    message: Message,
    key: bytes,
    seconds: float,
    now: Callable[[], float],
    sleep: Callable[[float], None],
) -> str:
    """Send a message, again when that may help; return why it was not taken, '' when it was."""
    reason = ""
    for wait in (*_WAITS, None):
        reason, again = _send(address, message, key, seconds, int(now()))
        if again is None or wait is None:
            break
        sleep(min(max(wait, again), _LONGEST_WAIT))
    return reason


def _send(
    address: str, message: Message, key: bytes, seconds: float, timestamp: int
) -> tuple[str, float | None]:
    """Send a message once. Return why it was not taken, and how long to wait at least; None: for ever."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"ccin-ld/{__version__}",
        "webhook-id": message.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(key, message, timestamp),
    }
    request = Request(address, message.body, headers, method="POST")
    try:
        with build_opener(_NotFollowed).open(request, timeout=seconds):
            return "", None
    except HTTPError as error:
        with error:
            told = error.headers.get("Retry-After", "")
        again = float(told) if told.isascii() and told.isdecimal() else 0.0
        return f"it answered {error.code}", again if error.code in _AGAIN else None
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        slow = isinstance(reason, TimeoutError)
        return "no answer in time" if slow else f"it cannot be reached ({reason})", 0.0
