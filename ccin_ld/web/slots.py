"""Places for slow clients: those that send a body or take a long answer hold a thread while they do.

At most half of the threads may be held so. Past that the answer is "busy" at once, and pages go on answering.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..errors import EndpointBusy

KEY = "ccin.slots"


class Slots:
    """A number of places that are taken without waiting."""

    def __init__(self, number: int) -> None:
        self._free = threading.BoundedSemaphore(max(1, number))

    def take(self) -> Callable[[], None]:
        """Take a place; what is returned gives it back, however often it is called. Raises EndpointBusy."""
        if not self._free.acquire(blocking=False):
            raise EndpointBusy(1)
        held = [True]

        def give_back() -> None:
            if held.pop() if held else False:
                self._free.release()

        return give_back


class Held:
    """A body that is sent piece by piece, and a place that is given back when it has been or has failed."""

    def __init__(self, pieces: Iterable[bytes], *give_back: Callable[[], Any]) -> None:
        self._pieces, self._give_back = iter(pieces), give_back

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        """Give everything back."""
        for one in self._give_back:
            one()
