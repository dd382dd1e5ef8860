"""Names to bodies: the register of councils and the bodies kept by hand. Nothing is ever guessed.

A name is matched exactly (case, blanks, punctuation and "&" for "and" do not count), or by what is left
when the words for the type are dropped, if that is the name of one council only. All else is a NoMatch with
suggestions for a person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from rapidfuzz import fuzz, process

from ..errors import BadInput
from ..iris import is_key, slug
from ..names import TYPE_WORDS
from .labels import words
from .reference import read_reference

Row = Mapping[str, str]

REGISTER = "uk-councils.csv"
BODIES = "bodies.csv"
REGIONS = "regions.csv"
ALIASES = "aliases.csv"
KINDS = ("council", "group", "network", "organisation")
_REGISTER_COLUMNS = (
    "local_authority_code", "official_name", "nice_name", "official_name_cy", "type_name", "tier", "status",
    "end_date", "nation", "region", "gss_code", "former_gss_codes", "gov_uk_slug", "os_uri", "statistics_uri",
    "opendatacommunities_uri", "planning_data_entity", "wikidata_council", "wikidata_area",
    "wikidata_area_source", "website", "lat", "long", "ons_area_name", "alt_names",
)  # fmt: skip
_BODY_COLUMNS = (
    "key", "name", "other_names", "kind", "related_as", "related_local_authority_code", "gss_code",
    "area_name", "homepage",
)  # fmt: skip
_ALIAS_COLUMNS = ("name", "body", "why")
_REGION_COLUMNS = ("gss_code", "name", "kind", "nation_gss_code")
_ACCEPTED = "by a name accepted for it"
# Suggestions below this score (of 100) have little in common with the name.
_NEAR = 75


@dataclass(frozen=True)
class Body:
    """A body that a name can mean: its kind and key (of its IRI), its name, and the row that tells of it."""

    kind: str
    key: str
    name: str
    other_names: tuple[str, ...]
    row: Row = field(hash=False, compare=False, repr=False)
    in_register: bool
    # Names that a person has accepted for it: they win over names that several bodies have.
    accepted: tuple[str, ...] = field(default=(), hash=False, compare=False)


@dataclass(frozen=True)
class Match:
    """A printed name, the body it means, and how that is known."""

    printed: str
    body: Body
    how: str

    @property
    def is_accepted(self) -> bool:
        """Whether a person had to say whom the name means: then it is never the body's preferred label."""
        return self.how == _ACCEPTED


@dataclass(frozen=True)
class NoMatch:
    """A printed name that means no known body, or one of several; suggestions with scores of 100."""

    printed: str
    several: tuple[Body, ...]
    suggestions: tuple[tuple[str, int], ...]
    # What is wrong and what to do, where it is not the name but what it names.
    why: tuple[str, str] | None = None

    @property
    def message(self) -> str:
        """What is wrong, as a sentence."""
        if self.why:
            return self.why[0]
        if self.several:
            names = " or ".join(f"“{one.name}”" for one in self.several)
            return f"“{self.printed}” can mean {names}"
        return f"“{self.printed}” is the name of no known body"

    @property
    def hint(self) -> str:
        """What to do, with the suggestions."""
        if self.why:
            return self.why[1]
        if self.several:
            return "write the full name of the one that is meant, or accept the name for it with --accept"
        near = ", ".join(f"“{name}” ({score} of 100)" for name, score in self.suggestions)
        start = f"nearest: {near}; " if near else ""
        add = f"a body that is not known yet goes into data/reference/{BODIES}"
        return f"{start}write the full name; or accept the printed name with --accept; {add}"


class Directory:
    """Every body that a name can mean."""

    def __init__(self, bodies: Iterable[Body], regions: Sequence[Row] = ()) -> None:
        self.bodies = tuple(bodies)
        self.regions = tuple(regions)
        self._by_iri_part = {(one.kind, one.key): one for one in self.bodies}
        self._by_code = {one.row["local_authority_code"]: one for one in self.bodies if one.in_register}
        self._stages: tuple[tuple[str, Mapping[tuple[str, ...], list[Body]]], ...] = (
            ("by its name", _index(self.bodies, lambda one: [one.name])),
            (_ACCEPTED, _index(self.bodies, lambda one: one.accepted)),
            ("by another of its names", _index(self.bodies, lambda one: one.other_names)),
        )
        self._cores = _index((one for one in self.bodies if one.in_register), _cores)

    def get(self, kind: str, key: str) -> Body | None:
        """Return the body with this kind and key, or None."""
        return self._by_iri_part.get((kind, key))

    def accepting(self, names: Iterable[tuple[str, Body]]) -> Directory:
        """Return these bodies with more names that a person has accepted for them."""
        more: dict[tuple[str, str], list[str]] = defaultdict(list)
        for name, body in names:
            more[body.kind, body.key].append(name)
        changed = [
            replace(one, accepted=(*one.accepted, *more.get((one.kind, one.key), ()))) for one in self.bodies
        ]
        return Directory(changed, self.regions)

    def council(self, code: str) -> Body | None:
        """Return the council with this code of the register, or None."""
        return self._by_code.get(code)

    def find(self, printed: str) -> Match | NoMatch:
        """Return the body that a printed name means, or why there is none, with suggestions."""
        found = self.match(printed)
        return found if isinstance(found, Match) else self._none(printed, found)

    def match(self, printed: str) -> Match | Sequence[Body]:
        """Return the body that a printed name means, or the several that it can mean, or none."""
        wanted = _compared(printed)
        for how, names in self._stages:
            found = names.get(wanted, [])
            if len(found) == 1:
                return Match(printed, found[0], how)
            if found:
                return found
        return self._by_core(printed)

    def _by_core(self, printed: str) -> Match | Sequence[Body]:
        core = _core(printed)
        found = [one for one in self._cores.get(core, []) if _fits(printed, one)] if core else []
        if not found:
            return []
        # "Newcastle" is not known to mean the city while another council's name begins with that word.
        longer = [one for other, ones in self._cores.items() for one in ones if _begins(other, core)]
        several = [*found, *(one for one in longer if one not in found and _is_single_council(one))]
        if len(several) > 1:
            return several
        return Match(printed, found[0], "by its name less the words for its type")

    def _none(self, printed: str, several: Sequence[Body]) -> NoMatch:
        names, plain = self._likened
        scored = process.extract(_plain(printed), plain, scorer=fuzz.WRatio, score_cutoff=_NEAR, limit=12)
        best: dict[str, int] = {}
        for _, score, place in scored:
            best.setdefault(names[place], round(score))
        return NoMatch(printed, tuple(several), tuple(list(best.items())[:3]))

    @cached_property
    def _likened(self) -> tuple[list[str], list[str]]:
        """The name of the body beside each name of it, and the words that one is likened by."""
        pairs = [(one.name, n) for one in self.bodies for n in (one.name, *one.accepted, *one.other_names)]
        return [name for name, _ in pairs], [_plain(name) for _, name in pairs]


def open_directory(folder: Path) -> Directory:
    """Return the bodies that the files of ``data/reference`` name; a file that is missing names none.

    Raises BadInput with file and line for a row that cannot be used.
    """
    bodies = _register_bodies(read_reference(folder / REGISTER, _REGISTER_COLUMNS))
    codes = {one.row["local_authority_code"] for one in bodies}
    path = folder / BODIES
    for number, row in enumerate(read_reference(path, _BODY_COLUMNS), start=2):
        bodies.append(_hand_body(row, path, number, codes))
    # Composite keys name a body by its key alone, so it is one body's whatever the kind.
    doubled = [name for name, count in Counter(one.key for one in bodies).items() if count > 1]
    if doubled:
        raise BadInput(f"the key {doubled[0]!r} is given twice", file=path, hint="give each body its own key")
    return Directory(
        _with_aliases(bodies, folder / ALIASES), read_reference(folder / REGIONS, _REGION_COLUMNS)
    )


def _with_aliases(bodies: Sequence[Body], path: Path) -> list[Body]:
    """Return the bodies with the names that a person has accepted for them."""
    accepted: dict[str, list[str]] = defaultdict(list)
    known = {f"{one.kind}/{one.key}" for one in bodies}
    for number, row in enumerate(read_reference(path, _ALIAS_COLUMNS), start=2):
        if row["body"] not in known or not row["name"].strip():
            hint = "give a name, and the kind and key of a body, such as council/anytown"
            raise BadInput("this name cannot be used", file=path, line=number, hint=hint)
        accepted[row["body"]].append(row["name"].strip())
    return [replace(one, accepted=tuple(accepted.get(f"{one.kind}/{one.key}", ()))) for one in bodies]


def _register_bodies(rows: Sequence[Row]) -> list[Body]:
    taken: set[str] = set()
    bodies = []
    for row in sorted(rows, key=lambda one: one["status"] != "current"):
        key = row["gov_uk_slug"] or slug(row["nice_name"])
        if key in taken:
            # An abolished council whose name lives on in another: the year of its end tells them apart.
            key = f"{key}-until-{row['end_date'][:4]}"
        taken.add(key)
        names = tuple(name for name in (row["nice_name"], *row["alt_names"].split("|")) if name.strip())
        bodies.append(Body("council", key, row["official_name"], names, row, True))
    return bodies


def _hand_body(row: Row, path: Path, number: int, codes: set[str]) -> Body:
    code = row["related_local_authority_code"]
    for wrong, hint in (
        (not is_key(row["key"]), "the key is small letters, digits and hyphens"),
        (not row["name"].strip(), "give the body a name"),
        (row["kind"] not in KINDS, f"the kind is one of {', '.join(KINDS)}"),
        (bool(code) and code not in codes, f"the related code {code!r} is not in {REGISTER}"),
        (row["related_as"] == "group on" and not code, "say on which council the group sits"),
    ):
        if wrong:
            raise BadInput("this body cannot be used", file=path, line=number, hint=hint)
    names = tuple(name.strip() for name in row["other_names"].split("|") if name.strip())
    return Body(row["kind"], row["key"], row["name"].strip(), names, row, False)


def _index(
    bodies: Iterable[Body], names: Callable[[Body], Iterable[str]]
) -> Mapping[tuple[str, ...], list[Body]]:
    index: dict[tuple[str, ...], list[Body]] = defaultdict(list)
    for one in bodies:
        for compared in {_compared(name) for name in names(one)}:
            if compared:
                index[compared].append(one)
    return index


def _compared(name: str) -> tuple[str, ...]:
    return words(name.replace("&", " and ").replace("-", " "))


def _core(name: str) -> tuple[str, ...]:
    return tuple(word for word in _compared(name) if word not in TYPE_WORDS)


def _plain(name: str) -> str:
    """Return the words that two names are likened by: those for the type only when there are no others."""
    return " ".join(_core(name) or _compared(name))


def _cores(body: Body) -> list[str]:
    return [" ".join(_core(name)) for name in (body.name, body.row["nice_name"])]


def _begins(longer: tuple[str, ...], start: tuple[str, ...]) -> bool:
    return len(longer) > len(start) and longer[: len(start)] == start


def _is_single_council(body: Body) -> bool:
    return body.row["tier"] != "combined" and body.row["status"] == "current"


def _fits(printed: str, body: Body) -> bool:
    """Say whether the words for the type in the printed name are not those of another type of council."""
    kind = body.row["type_name"].casefold()
    said = set(_compared(printed))
    if "county" in said and kind != "county" and "county" not in _compared(body.name):
        return False
    if "district" in said and "district" not in kind:
        return False
    return not ("london" in said and kind not in ("london borough", "city corporation"))
