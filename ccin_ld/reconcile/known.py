"""What names are known, made ready to be looked up: by the whole name, its words that tell, each word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .. import names
from ..namings import Naming
from .forms import Form, bracketed, form, initials

# So many namings that share words with a name are looked at closely, the rarest words first.
_NEAR = 40
# Words of a name that are looked for among misspelt ones, and the letters that one needs.
_MISSPELT, _LETTERS = 6, 4


@dataclass(frozen=True, eq=False)
class Known:
    """One naming with its names as they are likened, and the types that they say, if it has one."""

    naming: Naming
    forms: tuple[Form, ...]
    kinds: frozenset[str]

    @cached_property
    def whole(self) -> frozenset[str]:
        """The names letter for letter, but for case, accents, punctuation and "&"."""
        found = {compared(name) for name in self.naming.names}
        return frozenset(found | {compared(one) for name in self.naming.names for one in bracketed(name)})

    @cached_property
    def initials(self) -> frozenset[str]:
        """The initials of each of the names, of two letters or more."""
        found = {letters for name in self.naming.names for letters in initials(name)}
        return frozenset(letters for letters in found if len(letters) > 1)

    @cached_property
    def texts(self) -> frozenset[str]:
        """The names in full."""
        return frozenset(one.text for one in self.forms)

    @cached_property
    def parts(self) -> frozenset[Form]:
        """The names that are a part of its label, and so may be a place in it: "Telford" of two towns."""
        label = set(self.forms[0].core) if self.kinds else set()
        return frozenset(one for one in self.forms if set(one.core) < label)


# Which namings count: those of the classes asked for, and the bodies that are not ours.
Scope = Callable[[Naming], bool]


def compared(name: str) -> str:
    """Return a name by which two are the same, letter for letter: its words, folded."""
    return " ".join(names.words(name))


class Names:
    """All names that are known: ours and others'."""

    def __init__(self, namings: Sequence[Naming]) -> None:
        self.vocabulary = frozenset(word for one in namings for word in names.words(one.label))
        self.all = tuple(self._known(one) for one in namings)
        self._whole = _index((one, one.whole | one.texts) for one in self.all)
        self._core = _index((one, {_sorted(each.core) for each in one.forms}) for one in self.all)
        self._joined = _index((one, {each.joined for each in one.forms}) for one in self.all)
        self._words = _index((one, {w for each in one.forms for w in each.core}) for one in self.all)
        self._initials = _index((one, one.initials) for one in self.all)
        self.by_iri = {one.naming.iri: one for one in self.all if one.naming.iri}

    def _known(self, naming: Naming) -> Known:
        forms = tuple(form(name, self.vocabulary) for name in (naming.label, *naming.names))
        # Only a body with a type has words for it in its names: "Community energy" is no kind of "energy".
        said = (*(one.kinds for one in forms), form(naming.kind).kinds) if naming.kind else ()
        return Known(naming, forms, frozenset().union(*said))

    def near(self, name: str, asked: Sequence[Form], scope: Scope) -> list[Known]:
        """Return what in *scope* a name may mean: the same names, and those that share words, rare first."""
        found: dict[int, Known] = {}
        for one in asked:
            keys = ((self._whole, one.text), (self._core, _sorted(one.core)), (self._joined, one.joined))
            for index, key in keys:
                found.update((each.naming.id, each) for each in index.get(key, ()))
        found.update((one.naming.id, one) for one in self._whole.get(compared(name), ()))
        found.update((one.naming.id, one) for one in self.called_by_initials(name))
        found = {id_: one for id_, one in found.items() if scope(one.naming)}
        for each in self._sharing({word for one in asked for word in one.core}, scope):
            found.setdefault(each.naming.id, each)
        return list(found.values())

    def called_by_initials(self, name: str) -> Sequence[Known]:
        """Return what the initials that a name is, or has before words for a type, may stand for."""
        first = name.split()[0] if name.split() else ""
        letters = "".join(sign for sign in first if sign.isalnum())
        # Initials are written large: "CWaC", not "wigan".
        large = sum(sign.isupper() for sign in letters)
        if not 2 <= len(letters) <= 8 or large < 2 or large < len(letters) - 1:
            return ()
        rest = form(name[len(first) :]) if len(name.split()) > 1 else None
        if rest and set(rest.text.split()) - rest.kinds:
            return ()
        return self._initials.get(letters.casefold(), ())

    def beginning(self, core: Sequence[str]) -> Iterator[Known]:
        """Yield what has a name that begins with the words, and has more that tell."""
        for one in self._words.get(core[0], ()) if core else ():
            if any(
                len(each.core) > len(core) and each.core[: len(core)] == tuple(core) for each in one.forms
            ):
                yield one

    def with_core(self, core: Sequence[str]) -> Sequence[Known]:
        """Return what has a name whose words that tell are these."""
        return self._core.get(_sorted(core), ())

    def _sharing(self, words: Iterable[str], scope: Scope) -> Iterator[Known]:
        found: dict[int, Known] = {}
        weights: dict[int, float] = defaultdict(float)
        for word in words:
            for like in {word, *self._misspelt(word)}:
                holders = self._words.get(like, ())
                for one in holders:
                    found[one.naming.id] = one
                    weights[one.naming.id] += 1 / len(holders)
        ranked = sorted(weights, key=lambda id_: (-weights[id_], -id_))
        inside = (found[id_] for id_ in ranked if scope(found[id_].naming))
        yield from islice(inside, _NEAR)

    def _misspelt(self, word: str) -> list[str]:
        """Return the words of names that a word may be meant for."""
        if len(word) < _LETTERS or word in self._words:
            return []
        wrong = 1 if len(word) < 8 else 2
        found = process.extract(
            word, self._same_start(word), scorer=OSA.distance, score_cutoff=wrong, limit=_MISSPELT
        )
        return [one for one, _, _ in found]

    def _same_start(self, word: str) -> Sequence[str]:
        return self._by_start.get(word[0], ())

    @cached_property
    def _by_start(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._words):
            found[word[0]].append(word)
        return found


def _sorted(core: Sequence[str]) -> str:
    return " ".join(sorted(core))


def _index(pairs: Iterable[tuple[Known, Iterable[str]]]) -> dict[str, tuple[Known, ...]]:
    found: dict[str, list[Known]] = defaultdict(list)
    for known, keys in pairs:
        for key in set(keys):
            if key:
                found[key].append(known)
    return {key: tuple(ones) for key, ones in found.items()}
