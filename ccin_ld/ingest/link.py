"""``ccin-ld link``: from candidates to links that a person has accepted, a source of their own."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from .. import __version__, record
from ..errors import BadInput
from ..iris import is_key, slug
from ..namespaces import CCIN, DCT, PREFIXES, XSD
from .candidates import COLUMNS, RELATIONS, Candidate, Proposal, Things, propose, read_candidates
from .claims import link, says, source_triples
from .existing import Existing, read_existing
from .files import save_files
from .imports import NAME as IMPORTS
from .imports import Import, write_imports
from .match import NoMatch
from .private import why_private

START = "links-"
_WRITTEN = ("iri", "name", "code", "relation", "thing", "label", "score", "evidence", "accept")


@dataclass(frozen=True)
class LinkProblem:
    """What keeps accepted links from being written: the row, what is wrong, what to do."""

    row: int
    message: str
    hint: str


@dataclass(frozen=True)
class LinkPreview:
    """What a file of candidates proposes, what of it is accepted, and the files that would be written."""

    file: Path
    source: str
    candidates: Sequence[Candidate]
    proposals: Sequence[Proposal]
    accepted: Sequence[Proposal]
    problems: Sequence[LinkProblem]
    files: Mapping[Path, bytes]
    folder: Path
    things: Things

    @property
    def changed(self) -> bool:
        """Whether there is something to write."""
        return bool(self.files)

    def to_text(self) -> str:
        """Return the proposals with their evidence, and what is accepted, for a terminal."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        rows = {one.candidate.row for one in self.proposals}
        yield f"{self.file}: {len(self.candidates)} candidates, {len(rows)} of them with something here"
        for candidate in self.candidates:
            yield ""
            yield f"row {candidate.row}: <{candidate.iri}>" + (
                f" “{candidate.name}”" if candidate.name else ""
            )
            found = [one for one in self.proposals if one.candidate is candidate]
            if not found:
                yield "  nothing here that it may be"
            for one in found:
                state = "known" if one.known else "accepted" if one in self.accepted else "proposed"
                thing = self.things.short(one.thing)
                yield f"  {state}: {candidate.relation} {thing} “{one.label}”, {one.score} of 100"
                yield from (f"    {words}" for words in one.evidence)
        yield ""
        for problem in self.problems:
            yield f"{self.file}:{problem.row}: {problem.message}"
            yield f"  What to do: {problem.hint}"
        yield from self._verdict()

    def _verdict(self) -> Iterator[str]:
        fresh = [one for one in self.accepted if not one.known]
        if self.problems:
            return
        if not self.accepted:
            yield "Nothing is accepted: write yes in the column accept, or give --accept IRI=kind/key."
        elif not fresh:
            yield "no changes: the record has these links already"
        else:
            yield f"{len(fresh)} accepted, for data/graphs/{self.source}.ttl"

    def to_csv(self) -> bytes:
        """Return the proposals as a file to look through: the column accept is for a person."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_WRITTEN)
        for one in self.proposals:
            if not one.known:
                alone = [two for two in self.accepted if two.candidate is one.candidate] == [one]
                writer.writerow(_cells(one, self.things, "yes" if alone else ""))
        return text.getvalue().encode()


def _cells(one: Proposal, things: Things, accept: str) -> list[str]:
    candidate, codes = one.candidate, " | ".join(one.candidate.codes)
    found = [things.short(one.thing), one.label, str(one.score), "; ".join(one.evidence)]
    return [candidate.iri, candidate.name, codes, candidate.relation, *found, accept]


def preview(
    file: Path,
    folder: Path,
    *,
    accept: Iterable[str] = (),
    source: str | None = None,
    rights: str | None = None,
    least: int | None = None,
    concepts: Iterable[ox.Triple] = (),
    today: Callable[[], date] = date.today,
) -> LinkPreview:
    """Return what the candidates in *file* propose for the record in *folder*; nothing is written.

    *accept* are ``IRI=kind/key``, *rights* the words that the list asks to be shown, *concepts* what is said
    of things besides the record's graphs. Raises BadInput.
    """
    existing = read_existing(folder)
    key = source or START + slug(file.stem).removeprefix(START)
    if not is_key(key):
        raise BadInput(f"{key!r} cannot be the key of a source", hint="use small letters, digits and hyphens")
    _private(rights)
    candidates, _ = read_candidates(file, existing.base)
    candidates = _accepting(candidates, accept)
    things = Things((*existing.triples(), *concepts), existing.base, _shared(existing))
    options = {} if least is None else {"least": least}
    proposals = propose(candidates, things, **options)
    problems = list(_problems(candidates, proposals, things))
    accepted = [one for one in proposals if one.candidate.accepted]
    fresh = list(
        {
            (one.thing, one.candidate.relation, one.candidate.iri): one for one in accepted if not one.known
        }.values()
    )
    files = _files(existing, key, fresh, things, rights, today) if fresh and not problems else {}
    return LinkPreview(file, key, candidates, proposals, accepted, problems, files, folder, things)


def apply(found: LinkPreview) -> list[Path]:
    """Write what the preview says, and return the files that changed. Raises BadInput."""
    return save_files(found.files, found.folder)


def _shared(existing: Existing) -> Callable[[str], bool]:
    """Return what says of a name whether the register and the table of bodies have several of it."""

    def is_shared(name: str) -> bool:
        found = existing.directory.find(name)
        return isinstance(found, NoMatch) and len(found.several) > 1

    return is_shared


def _private(rights: str | None) -> None:
    if rights and why_private(rights):
        raise BadInput(
            "the rights hold personal data", hint="name an organisation, not how to reach a person"
        )


def _accepting(candidates: Sequence[Candidate], accept: Iterable[str]) -> list[Candidate]:
    """Return the candidates with those accepted that the command line names. Raises BadInput."""
    wanted = {}
    for text in accept:
        iri, sign, thing = text.rpartition("=")
        if not sign or not thing:
            raise BadInput(
                f"--accept {text!r} names no thing", hint="write it as IRI=kind/key: …=council/anytown"
            )
        wanted[iri] = thing
    unknown = wanted.keys() - {one.iri for one in candidates}
    if unknown:
        raise BadInput(f"<{sorted(unknown)[0]}> is not in the file", hint="give an IRI as the file has it")
    return [
        replace(one, thing=wanted[one.iri], accepted=True) if one.iri in wanted else one for one in candidates
    ]


def _problems(
    candidates: Sequence[Candidate], proposals: Sequence[Proposal], things: Things
) -> Iterator[LinkProblem]:
    for one in candidates:
        if one.thing and things.iri(one.thing) is None:
            yield LinkProblem(
                one.row, f"{one.thing!r} is nothing that the record holds", "write its kind and key"
            )
    accepted = [one for one in proposals if one.candidate.accepted]
    for candidate in candidates:
        mine = [one for one in accepted if one.candidate is candidate]
        if candidate.accepted and len(mine) != 1 and not (candidate.thing and not mine):
            what = "several things" if mine else "nothing"
            hint = "write in the column thing which one it is, as kind/key"
            yield LinkProblem(candidate.row, f"it is accepted, and may be {what} here", hint)
    yield from _clashes(accepted, things)


def _clashes(accepted: Sequence[Proposal], things: Things) -> Iterator[LinkProblem]:
    same: dict[str, Proposal] = {}
    for one in accepted:
        candidate, row = one.candidate, one.candidate.row
        if candidate.relation.endswith("Match") and not things.is_concept(one.thing):
            yield LinkProblem(
                row, f"{one.label} is no concept", "write sameAs or seeAlso: only concepts match"
            )
        if candidate.relation == "sameAs":
            other = same.setdefault(candidate.iri, one)
            if other.thing != one.thing and other.candidate is not candidate:
                both = f"{things.short(other.thing)} and {things.short(one.thing)}"
                message = f"<{candidate.iri}> is accepted for {both}"
                yield LinkProblem(row, message, "one record is the same as one thing: leave one of them")
            if not one.known and (rival := things.rival(one.thing, candidate)):
                message = f"the record says that {one.label} is the same as <{rival}>"
                yield LinkProblem(row, message, "take that out first, or write seeAlso")


def _files(
    existing: Existing,
    key: str,
    fresh: Sequence[Proposal],
    things: Things,
    rights: str | None,
    today: Callable[[], date],
) -> dict[Path, bytes]:
    """Return the graph of the links, what is said of it, the accepted rows, and the table of imports."""
    folder, name = existing.folder, f"{key}.csv"
    new = [link(one.thing, RELATIONS[one.candidate.relation], one.candidate.iri) for one in fresh]
    graph = list(dict.fromkeys([*existing.graphs.get(key, ()), *new]))
    kept = _kept(folder / "sources" / name, fresh, things)
    digest = hashlib.sha256(kept).hexdigest()
    return {
        folder / "graphs" / f"{key}.ttl": record.write(graph, PREFIXES),
        folder / "sources.ttl": record.write(_described(existing, key, name, digest, rights), PREFIXES),
        folder / "sources" / name: kept,
        folder / "sources" / IMPORTS: write_imports(_imports(existing, key, name, digest, today)),
    }


def _kept(path: Path, fresh: Sequence[Proposal], things: Things) -> bytes:
    """Return the rows that were accepted, those of before first: what each link rests on stays readable."""
    before = path.read_bytes() if path.exists() else (",".join(_WRITTEN) + "\n").encode()
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(_cells(one, things, "yes") for one in fresh)
    return before + text.getvalue().encode()


def _described(existing: Existing, key: str, name: str, digest: str, rights: str | None) -> list[ox.Triple]:
    iri = existing.base.graph(key)
    title = f"Links that a person has accepted, from the list “{key.removeprefix(START)}”"
    before = [one for one in existing.sources if getattr(one.subject, "value", "") == iri]
    made = source_triples(existing.base, key, title, "hand", f"sources/{name}", existing.licence)
    made.append(says(iri, CCIN + "sha256", digest, XSD + "string"))
    told = [says(iri, DCT + "rights", rights)] if rights else [
        one for one in before if one.predicate.value == DCT + "rights"
    ]  # fmt: skip
    others = [one for one in existing.sources if one not in before]
    return [*others, *made, *told]


def _imports(existing: Existing, key: str, name: str, digest: str, today: Callable[[], date]) -> list[Import]:
    """Return the table of imports with this one; a list that grows keeps the day of its first import."""
    before = next((one for one in existing.imports if one.source == key), None)
    day = before.first_imported if before else today().isoformat()
    others = [one for one in existing.imports if one.source != key]
    return [*others, Import(key, name, digest, day, __version__)]


__all__ = ["COLUMNS", "LinkPreview", "apply", "preview"]
