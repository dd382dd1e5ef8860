"""What each client has of the query workers: so many queries at once, so many seconds in a minute.

A client is an address; of IPv6 the network of one household or office (/64) is one client. Nothing is kept
of a client that has not asked for some minutes.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from ccin_ld.errors import ClientBusy

_CLIENTS = 4096  # beyond that, those that have not asked for longest are forgotten


# How fast use is forgotten where there is no limit to it, in seconds for each minute.
_FORGOTTEN = 30.0
# How long a client counts as a heavy one after a slow query, in seconds.
_HEAVY_FOR = 60.0
# What one more query at the same time counts like, in seconds of use.
_AT_ONCE = 0.25


@dataclass
class _Share:
    """The queries that one client has here, and the seconds it has used of late."""

    looked: float
    used: float = 0.0
    asked: bool = False  # whether a query of its has ended
    slow_at: float = -math.inf  # when its last slow query ended
    here: int = 0


# Who goes first: clients whose queries are quick ones, then those not known yet, then those with slow ones.
QUICK, UNKNOWN, HEAVY = range(3)


@dataclass(frozen=True)
class Load:
    """How much a client has had of late, in seconds: of one rank, who has least goes first."""

    seconds: float = 0.0
    rank: int = QUICK


class Shares:
    """The shares of all clients; safe to use from many threads."""

    def __init__(self, at_once: int, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Let a client have *at_once* queries here and *seconds* of query time in a minute; 0 is no limit."""
        self._at_once, self._seconds, self._clock = at_once, seconds, clock
        self._rate = (seconds or _FORGOTTEN) / 60
        self._clients: OrderedDict[str, _Share] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._clients)

    def enter(self, client: str) -> Load:
        """Count one more query of *client*, and return its load; "" is nobody, and not counted.

        Raises ClientBusy past a share.
        """
        if not client:
            return Load()  # ourselves
        with self._lock:
            share = self._share(household(client))
            if self._at_once and share.here >= self._at_once:
                raise ClientBusy(1, f"you have {share.here} queries here already")
            if self._seconds and share.used >= self._seconds:
                wait = math.ceil((share.used - self._seconds) / self._rate) + 1
                why = f"you have used your {self._seconds:g} seconds of query time of this minute"
                raise ClientBusy(wait, why)
            share.here += 1
            return Load(share.used + _AT_ONCE * (share.here - 1), self._rank(share))

    def _rank(self, share: _Share) -> int:
        if share.looked - share.slow_at < _HEAVY_FOR:
            return HEAVY
        return QUICK if share.asked else UNKNOWN

    def leave(self, client: str, used: float, *, slow: bool = False) -> None:
        """Count one query of *client* less: it took *used* seconds of a worker, and was slow or not."""
        if not client:
            return
        with self._lock:
            share = self._share(household(client))
            share.here = max(0, share.here - 1)
            share.used += used
            share.asked = True
            if slow:
                share.slow_at = share.looked

    def _share(self, client: str) -> _Share:
        now = self._clock()
        share = self._clients.get(client)
        if share is None:
            share = self._clients[client] = _Share(now)
            self._forget()
        self._clients.move_to_end(client)
        share.used = max(0.0, share.used - (now - share.looked) * self._rate)
        share.looked = now
        return share

    def _forget(self) -> None:
        while len(self._clients) > _CLIENTS:
            self._clients.popitem(last=False)


@lru_cache(maxsize=1024)
def household(client: str) -> str:
    """Return what counts as one client: an IPv4 address, or the first half of an IPv6 one."""
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)
