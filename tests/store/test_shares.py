"""The share of one client: so many places, so many seconds in a minute, by a clock of the test's own."""

from __future__ import annotations

import pytest

from ccin_ld.errors import ClientBusy, EndpointBusy
from ccin_ld.store import shares
from ccin_ld.store.shares import HEAVY, QUICK, UNKNOWN, Shares

ONE, OTHER = "192.0.2.1", "192.0.2.2"


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_places(clock: Clock) -> None:
    share = Shares(2, 0, clock=clock)
    share.enter(ONE)
    share.enter(ONE)
    with pytest.raises(ClientBusy, match="2 queries here already"):
        share.enter(ONE)
    share.enter(OTHER)
    share.leave(ONE, 0.1)
    share.enter(ONE)


def test_seconds_come_back_with_time(clock: Clock) -> None:
    share = Shares(0, 30, clock=clock)
    for used in (10, 10, 20):
        share.enter(ONE)
        share.leave(ONE, used)
    with pytest.raises(ClientBusy) as raised:
        share.enter(ONE)
    # 40 used of 30: ten come back in twenty seconds, and a second more makes it one above nothing.
    assert raised.value.retry_after == 21
    share.enter(OTHER)
    clock.now += 21
    share.enter(ONE)


def test_whoever_has_had_least_has_the_least_load(clock: Clock) -> None:
    share = Shares(0, 0, clock=clock)
    assert share.enter(ONE).seconds == 0
    assert share.enter(ONE).seconds == 0.25
    share.leave(ONE, 4)
    assert share.enter(ONE).seconds == 4.25
    assert share.enter(OTHER).seconds == 0
    clock.now += 2
    assert share.enter(ONE).seconds == 3.5  # two more are here, and a second of use is forgotten


def test_ranks(clock: Clock) -> None:
    share = Shares(0, 0, clock=clock)
    assert share.enter(ONE).rank == UNKNOWN
    share.leave(ONE, 100)
    assert share.enter(ONE).rank == QUICK
    share.leave(ONE, 0.25, slow=True)
    assert share.enter(ONE).rank == HEAVY
    assert share.enter(OTHER).rank == UNKNOWN
    clock.now += 59
    assert share.enter(ONE).rank == HEAVY
    clock.now += 2
    assert share.enter(ONE).rank == QUICK


def test_what_is_not_used_does_not_add_up(clock: Clock) -> None:
    share = Shares(0, 30, clock=clock)
    share.enter(ONE)
    clock.now += 3600
    share.leave(ONE, 31)
    with pytest.raises(ClientBusy):
        share.enter(ONE)


def test_nobody_is_not_counted(clock: Clock) -> None:
    share = Shares(1, 1, clock=clock)
    for _ in range(3):
        share.enter("")
        share.leave("", 10)
    assert len(share) == 0


def test_no_limit(clock: Clock) -> None:
    share = Shares(0, 0, clock=clock)
    for _ in range(100):
        share.enter(ONE)
        share.leave(ONE, 100)


@pytest.mark.parametrize(
    ("first", "second", "one_client"),
    [
        pytest.param("2001:db8::1", "2001:db8::2", True, id="one network"),
        pytest.param("2001:db8::1", "2001:db8:0:1::1", False, id="two networks"),
        pytest.param("::ffff:192.0.2.1", "192.0.2.1", True, id="IPv4 in IPv6"),
        pytest.param("192.0.2.1", "192.0.2.2", False, id="two addresses"),
        pytest.param("fe80::1%eth0", "fe80::2%eth0", True, id="with a zone"),
        pytest.param("a name", "another", False, id="no address"),
    ],
)
def test_who_is_one_client(clock: Clock, first: str, second: str, one_client: bool) -> None:
    share = Shares(1, 0, clock=clock)
    share.enter(first)
    if not one_client:
        share.enter(second)
        return
    with pytest.raises(EndpointBusy):
        share.enter(second)


def test_clients_are_forgotten(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "_CLIENTS", 10)
    share = Shares(1, 1, clock=clock)
    for number in range(50):
        share.enter(f"192.0.2.{number}")
    assert len(share) == 10
