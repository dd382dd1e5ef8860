"""Pictures: well formed, the same every time, no name over another, at any size and for odd input."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from itertools import pairwise
from math import hypot
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccin_ld.represent import pictures
from ccin_ld.represent.pictures import Arrow, Bar, Class, Node, Series, Spot, Web
from ccin_ld.represent.pictures import dots as dots_module
from ccin_ld.represent.pictures.charts import ticks, told
from ccin_ld.represent.pictures.projection import united_kingdom
from ccin_ld.represent.pictures.svg import width_of, wrapped
from ccin_ld.represent.pictures.web import trimmed, untangled

from .drawing import read

ROOT = Path(__file__).parents[3]
_PLACES = (
    "Oldham",
    "Rochdale",
    "North Hertfordshire",
    "Kingston upon Hull",
    "Bath and North East Somerset",
    "Ely",
)
_KINDS = ("Council", "Metropolitan Borough Council", "Labour and Co-op Group", "District Council", "CIO")


def council(number: int) -> Node:
    """Return a body with a name as long as real ones."""
    words = f"{_PLACES[number % 6]} {_KINDS[number % 5]} {number}"
    return Node(words, f"/doc/council/c-{number}", "k-council")


def project(number: int) -> Node:
    words = (
        "Co-operation through Covid-19",
        "co-operative-approaches-to-sustainable-food (title not recorded)",
        "Peer review",
    )
    return Node(f"{words[number % 3]} {number}", f"/doc/project/p-{number}", "k-project")


def network(projects: int, bodies: int, seed: int = 7) -> Web:
    """Return a network as ours is: one project with many, many with a few."""
    dice = random.Random(seed)
    edges = []
    for one in range(projects):
        size = min(bodies, dice.choice((1, 3, 4, 5, 6, 16, 23)))
        edges += [(one, two) for two in sorted(dice.sample(range(bodies), size))]
    return Web(tuple(map(project, range(projects))), tuple(map(council, range(bodies))), tuple(edges))


def spots(count: int, seed: int = 3) -> list[Spot]:
    """Return things in the United Kingdom, half of them close together as London's boroughs are."""
    dice = random.Random(seed)
    found = []
    for number in range(count):
        long, lat = (
            (dice.uniform(-0.4, 0.2), dice.uniform(51.4, 51.6))
            if number % 2
            else (dice.uniform(-4.5, 0.9), dice.uniform(51, 57))
        )
        found.append(Spot(council(number), long, lat, main=number % 3 > 0))
    return found


def graph_of_classes() -> tuple[list[Class], list[Arrow]]:
    classes = [
        Class(Node(name, f"#{name}", "k-council"), column, row)
        for name, column, row in (("Body", 0, 0), ("Project", 1, 0), ("Statement about a membership", 0, 1))
    ]
    arrows = [
        Arrow(Node(name, f"#{name}"), start, end)
        for name, start, end in (("lead", 1, 0), ("took part", 1, 0), ("body", 2, 0))
    ]
    return classes, arrows


DRAWN: dict[str, Callable[[int], str]] = {
    "ring": lambda size: pictures.ring(trimmed(network(13 * size, 45 * size), 40, 120), "T", "D"),
    "lanes": lambda size: pictures.lanes(trimmed(network(13 * size, 45 * size), 24, 120), "T"),
    "flow": lambda size: pictures.flow(council(999), trimmed(network(4 * size, 30 * size), 12, 60), "T"),
    "dots": lambda size: pictures.dot_map(spots(51 * size), "T", "D"),
    "named": lambda size: pictures.named_map(spots(min(51 * size, pictures.NAMED)), "T") or "",
    "bars": lambda size: pictures.bars([Bar(council(n), n * n) for n in range(10 * size)][:60], "T", "D"),
    "lines": lambda size: pictures.lines(
        [
            Series(f"Kind of member {n}", tuple((2020.5 + x, 3 * n + x * n) for x in range(3 * size)))
            for n in range(6)
        ],
        "T",
        "D",
    ),
    "boxes": lambda size: pictures.boxes(*graph_of_classes(), "T"),
}


@pytest.mark.parametrize("size", [1, 10])
@pytest.mark.parametrize("name", DRAWN)
def test_no_name_meets_another_or_leaves_the_picture(name: str, size: int) -> None:
    drawing = read(DRAWN[name](size))
    assert drawing.texts or name == "dots"
    assert drawing.overlaps() == []
    assert drawing.outside() == []


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_data_give_the_same_picture(name: str) -> None:
    assert DRAWN[name](2) == DRAWN[name](2)


# The outline is 4 KB of each map. A page has 60 KB in all.
_MOST = {"ring": 24, "lanes": 44, "flow": 22, "dots": 30, "named": 30, "bars": 20, "lines": 16, "boxes": 4}


@pytest.mark.parametrize("name", DRAWN)
def test_ten_times_the_data_stay_small(name: str) -> None:
    assert len(DRAWN[name](10).encode()) < _MOST[name] * 1024


def measured(draw: Callable[[], object]) -> float:
    """Return the least time of three, in seconds of this thread."""
    found = []
    for _ in range(3):
        start = time.thread_time()
        draw()
        found.append(time.thread_time() - start)
    return min(found)


@pytest.mark.parametrize("name", ["ring", "lanes", "flow", "dots", "bars"])
def test_time_grows_little_with_the_data(name: str) -> None:
    # What is drawn is bounded, so a hundred times the data cost what sorting them costs: as a ratio to a loop
    # that touches each of them a few times, since machines differ.
    touch = measured(lambda: [f"{one}" for one in range(200_000)])
    assert measured(lambda: DRAWN[name](100)) < 60 * touch


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_styled_or_scripted_inline(name: str) -> None:
    root = read(DRAWN[name](1)).root
    for one in root.iter():
        assert not {"style", "onclick", "onload", "fill", "stroke"} & set(one.attrib)
        assert one.tag not in ("script", "style", "image", "foreignObject")


@pytest.mark.parametrize("name", DRAWN)
def test_it_says_what_it_is(name: str) -> None:
    root = read(DRAWN[name](1)).root
    if root.get("role") == "img":
        ids = (root.get("aria-labelledby") or "").split()
        assert ids
        assert [one.get("id") for one in root if one.tag in ("title", "desc")] == ids
        assert not list(root.iter("a")), "what is one image to a reader has nothing to follow"
    else:
        assert root.get("role") == "group"
        assert root.get("aria-label")
        assert all("".join(one.itertext()).strip() for one in root.iter("a"))


def test_every_thing_and_every_link_is_there() -> None:
    web = network(13, 45)
    for svg in (pictures.lanes(web, "T"), pictures.flow(council(99), web, "T")):
        drawing = read(svg)
        assert {href for href, _ in drawing.links} == {one.href for one in (*web.left, *web.right)}
        assert drawing.count("edge") == len(web.left)
    named = read(pictures.named_map(spots(51), "T") or "")
    assert {href for href, _ in named.links} == {f"/doc/council/c-{n}" for n in range(51)}


def test_larger_sets_get_a_map_without_names() -> None:
    assert pictures.named_map(spots(pictures.NAMED + 1), "T") is None
    assert pictures.named_map([], "T") is None


def test_dots_that_would_touch_are_moved_apart_and_tied_to_their_place() -> None:
    same = [Spot(council(n), -0.1, 51.5) for n in range(12)]
    drawing = read(pictures.dot_map(same, "T", "D"))
    at = [(float(one.get("cx") or 0), float(one.get("cy") or 0)) for one in drawing.root.iter("circle")]
    assert len(at) == 12
    assert min(hypot(a[0] - b[0], a[1] - b[1]) for i, a in enumerate(at) for b in at[:i]) > 14
    assert drawing.count("tie") == 1


def test_very_many_dots_are_gathered_and_none_is_lost() -> None:
    drawing = read(pictures.dot_map([Spot(one.node, one.long, one.lat) for one in spots(900)], "T", "D"))
    assert sum(int(one.lines[0]) for one in drawing.texts) == 900
    circles = [tuple(float(c.get(k) or 0) for k in ("cx", "cy", "r")) for c in drawing.root.iter("circle")]
    assert all(
        hypot(a[0] - b[0], a[1] - b[1]) >= a[2] + b[2] - 0.2
        for i, a in enumerate(circles)
        for b in circles[:i]
    )


# From the register: longitude and latitude, and where they must be.
@pytest.mark.parametrize(
    ("long", "lat", "inside"),
    [
        pytest.param(-1.15, 60.15, True, id="Lerwick"),
        pytest.param(-5.7, 50.07, True, id="Land's End"),
        pytest.param(1.75, 52.48, True, id="Lowestoft"),
        pytest.param(-7.6, 54.34, True, id="Fermanagh"),
        pytest.param(2.35, 48.85, False, id="Paris"),
        pytest.param(-74.0, 40.7, False, id="New York"),
        pytest.param(float("nan"), 51.0, False, id="nowhere"),
    ],
)
def test_the_outline_holds_all_of_the_united_kingdom(long: float, lat: float, inside: bool) -> None:
    assert united_kingdom().holds(long, lat) is inside


def test_the_outline_is_small_and_its_maker_is_kept() -> None:
    path = ROOT / "ccin_ld" / "represent" / "pictures" / "uk.json"
    assert path.stat().st_size < 10_000
    assert json.loads(path.read_text(encoding="utf-8"))["land"].startswith("M")
    assert (ROOT / "bench" / "outline.py").is_file()
    assert "uk.json" in (ROOT / "data" / "reference" / "ATTRIBUTION.md").read_text(encoding="utf-8")


def test_the_outline_can_be_made_again(shared: Path) -> None:
    from bench.outline import outline

    boundaries = json.loads(
        (shared / "reference" / "uk-boundaries-2014-2025.topojson").read_text(encoding="utf-8")
    )
    kept = json.loads((ROOT / "ccin_ld" / "represent" / "pictures" / "uk.json").read_text(encoding="utf-8"))
    assert outline(boundaries) == kept


def test_things_elsewhere_are_drawn_without_the_outline() -> None:
    drawing = read(pictures.dot_map([Spot(council(1), 2.35, 48.85), Spot(council(2), -74.0, 40.7)], "T", "D"))
    assert drawing.count("land") == 0
    assert drawing.count("dot") == 2


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 5, [0, 1, 2, 3, 4, 5]),
        (0, 9, [0, 2, 4, 6, 8, 10]),
        (0, 0, [0, 1]),
        (-3, 4, [-4, -2, 0, 2, 4]),
        (2020, 2023, [2020, 2021, 2022, 2023]),
    ],
)
def test_ticks_are_round_and_hold_all(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == expected


@given(st.floats(-1e12, 1e12), st.floats(0, 1e12))
def test_ticks_hold_every_value(low: float, more: float) -> None:
    found = ticks(low, low + more)
    # As far as a picture shows: a millionth of the numbers is less than a dot.
    least = max(abs(low), abs(low + more), 1e-6) * 1e-6
    assert found[0] <= low + least
    assert found[-1] >= low + more - least
    assert 2 <= len(found) <= 10


def test_numbers_are_told_as_people_read_them() -> None:
    assert [told(one) for one in (3.0, 12345.0, 2.5, -1.0)] == ["3", "12,345", "2.5", "-1"]


def test_order_untangles() -> None:
    # Two knots that cross when drawn as they come: in order nothing crosses.
    nodes = tuple(map(council, range(4)))
    web = Web(nodes, nodes, ((0, 3), (1, 2), (2, 1), (3, 0)))
    left, right = untangled(web)
    place = (
        {one: number for number, one in enumerate(left)},
        {one: number for number, one in enumerate(right)},
    )
    drawn = sorted((place[0][one], place[1][two]) for one, two in web.edges)
    assert drawn == [(n, n) for n in range(4)]


def test_trimming_keeps_the_most_joined() -> None:
    web = Web(tuple(map(project, range(3))), tuple(map(council, range(4))), ((0, 1), (1, 1), (1, 3), (2, 0)))
    found = trimmed(web, 2, 1)
    assert [one.label for one in found.right] == [council(1).label]
    assert found.edges == ((0, 0), (1, 0))


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("Oldham Council", 400, ["Oldham Council"]),
        ("community-led-housing-commission", 150, ["community-led-", "housing-commission"]),
        ("a  b\nc", 400, ["a b c"]),
        ("", 100, [""]),
        pytest.param("8" * 80, 101, ["8" * 10] * 3 + ["8" * 8 + "…"], id="the ellipsis needs its place too"),
    ],
)
def test_wrapping(text: str, width: float, expected: list[str]) -> None:
    assert wrapped(text, width) == expected


odd = st.text(max_size=200)
links = st.one_of(st.none(), st.just("/doc/x?a=1&b=\"<'"))
nodes = st.builds(
    Node,
    odd,
    links,
    st.sampled_from(["k-council", "k-project", "k-principle", "k-concept", "k-term", "k-dataset", ""]),
)


@st.composite
def webs(draw: st.DrawFn) -> Web:
    left = tuple(draw(st.lists(nodes, max_size=8)))
    right = tuple(draw(st.lists(nodes, max_size=12)))
    pairs = st.tuples(st.integers(0, max(0, len(left) - 1)), st.integers(0, max(0, len(right) - 1)))
    edges = draw(st.lists(pairs, max_size=20)) if left and right else []
    return Web(left, right, tuple(edges))


# Its fourth line is full and not its last: the ellipsis once stood outside.
_FULL = Node("/" + "0" * 55 + "::" + "ɐ" * 9 + "\u0600Ͱᬀ΄΄΄΄0", None, "k-council")


@given(webs(), odd)
@example(Web((), (_FULL,), ()), "")
@settings(max_examples=60, deadline=None)
def test_odd_networks(web: Web, title: str) -> None:
    for svg in (
        pictures.lanes(web, title),
        pictures.flow(Node(title), web, title),
        pictures.ring(web, title, title),
    ):
        drawing = read(svg)
        assert drawing.overlaps() == []
        assert drawing.outside() == []


@given(
    st.lists(
        st.tuples(nodes, st.floats(-180, 180), st.floats(-90, 90), st.booleans()), min_size=1, max_size=30
    )
)
@settings(max_examples=60, deadline=None)
def test_odd_maps(rows: list[tuple[Node, float, float, bool]]) -> None:
    found = [Spot(*row) for row in rows]
    read(pictures.dot_map(found, "T", "D"))
    drawing = read(pictures.named_map(found, "T") or "")
    assert drawing.overlaps() == []
    assert drawing.outside() == []


@given(st.lists(st.tuples(nodes, st.floats(-1e15, 1e15)), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_odd_bars(rows: list[tuple[Node, float]]) -> None:
    drawing = read(pictures.bars([Bar(*row) for row in rows], "T", "D"))
    assert drawing.overlaps() == []
    for one in drawing.root.iter("rect"):
        assert float(one.get("width") or 0) >= 0


@given(
    st.lists(
        st.tuples(
            odd, st.lists(st.tuples(st.floats(1000, 3000), st.floats(-1e9, 1e9)), min_size=1, max_size=8)
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=60, deadline=None)
def test_odd_lines(rows: list[tuple[str, list[tuple[float, float]]]]) -> None:
    drawing = read(pictures.lines([Series(name, tuple(points)) for name, points in rows], "T", "D"))
    assert drawing.overlaps() == []


@given(st.lists(st.floats(0, 500), max_size=12))
def test_rows_spread_out_keep_their_order(wanted: list[float]) -> None:
    found = dots_module.spread(sorted(wanted), [20.0] * len(wanted), 500)
    assert all(two - one >= 20 - 1e-6 for one, two in pairwise(found))


@given(odd, st.floats(60, 400))
def test_no_line_is_too_wide(text: str, width: float) -> None:
    for line in wrapped(text, width):
        assert width_of(line) <= width


def test_the_coast_in_a_file_of_its_own_is_the_same() -> None:
    land = united_kingdom().land
    assert f'd="{land}"' in (ROOT / "ccin_ld" / "web" / "static" / "uk.svg").read_text(encoding="utf-8")
    drawing = read(pictures.dot_map(spots(3), "T", "D", coast="/static/uk.svg#coast"))
    assert [one.get("href") for one in drawing.root.iter("use")] == ["/static/uk.svg#coast"]
    assert land not in pictures.dot_map(spots(3), "T", "D", coast="/static/uk.svg#coast")
