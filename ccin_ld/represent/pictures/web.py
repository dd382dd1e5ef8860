"""Things on two sides and the lines between, such as projects and who took part: order and size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .svg import Node

_PASSES = 8


@dataclass(frozen=True)
class Web:
    """Things on a left and on a right side; an edge is a place on the left and one on the right."""

    left: tuple[Node, ...]
    right: tuple[Node, ...]
    edges: tuple[tuple[int, int], ...]

    def of_left(self) -> list[list[int]]:
        """Return for each thing on the left those on the right that it is joined to."""
        return _joined(self.edges, len(self.left))

    def of_right(self) -> list[list[int]]:
        """Return for each thing on the right those on the left."""
        return _joined([(two, one) for one, two in self.edges], len(self.right))


def _joined(edges: Sequence[tuple[int, int]], size: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(size)]
    for one, two in dict.fromkeys(edges):
        found[one].append(two)
    return found


def trimmed(web: Web, left: int, right: int) -> Web:
    """Return the first *left* things and the *right* ones most joined to them, in the same order."""
    edges = [edge for edge in dict.fromkeys(web.edges) if edge[0] < left]
    times = [0] * len(web.right)
    for _, two in edges:
        times[two] += 1
    ordered = sorted(range(len(web.right)), key=lambda two: (-times[two], two))
    kept = sorted(two for two in ordered[:right] if times[two])
    place = {two: number for number, two in enumerate(kept)}
    found = tuple((one, place[two]) for one, two in edges if two in place)
    return Web(web.left[:left], tuple(web.right[two] for two in kept), found)


def barycentre(joined: Sequence[Sequence[int]], places: Sequence[float]) -> list[float]:
    """Return the mean of the places that each thing is joined to; one joined to nothing comes last."""
    return [sum(places[one] for one in many) / len(many) if many else float("inf") for many in joined]


def ordered(means: Sequence[float]) -> list[int]:
    """Return the numbers of things in the order of their means; a tie keeps the order that was there."""
    return sorted(range(len(means)), key=lambda one: (means[one], one))


def ranks(order: Sequence[int]) -> list[float]:
    """Return for each thing its place in an order."""
    found = [0.0] * len(order)
    for place, one in enumerate(order):
        found[one] = float(place)
    return found


def untangled(web: Web) -> tuple[list[int], list[int]]:
    """Return both sides in an order with few crossings: each in turn by the mean places of the other."""
    of_left, of_right = web.of_left(), web.of_right()
    left, right = list(range(len(web.left))), list(range(len(web.right)))
    for _ in range(_PASSES):
        right = ordered(barycentre(of_right, ranks(left)))
        left = ordered(barycentre(of_left, ranks(right)))
    return left, right
