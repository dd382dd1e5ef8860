"""The SHACL engines, each behind one function: triples and shapes in, plain results out.

pyshacl is always there; ``shacl`` is many times faster and comes with the extra ``fast``. A contract test
holds both to the same results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import pyoxigraph as ox

from ..errors import BadInput
from ..namespaces import SH
from ..resource import Object


@dataclass(frozen=True)
class Result:
    """One result as an engine gives it, in the terms of SHACL; ``shape`` is empty when it has no IRI."""

    focus: Object
    shape: str
    component: str
    severity: str
    value: Object | None


Engine = Callable[[Sequence[ox.Triple], Sequence[ox.Triple]], list[Result]]

# Name (also the package's) and the module that adapts it, imported when it is chosen.
ENGINES = {"shacl": "with_shacl", "pyshacl": "with_pyshacl"}


def choose(name: str) -> Engine:
    """Return the engine that *name* means; ``auto`` is the fastest that is installed. Raises BadInput."""
    if name == "auto":
        name = next(engine for engine in ENGINES if find_spec(engine))
    if name not in ENGINES:
        raise BadInput(f"{name!r} is no SHACL engine", hint=f"choose one of: auto, {', '.join(ENGINES)}")
    if not find_spec(name):
        raise BadInput(f"the SHACL engine {name!r} is not installed", hint="pip install 'ccin-ld[fast]'")
    engine: Engine = import_module(f".{ENGINES[name]}", __package__).run
    return engine


def severity(iri: str) -> str:
    """Return the word for a severity: ``violation``, ``warning`` or ``info``."""
    word = iri.removeprefix(SH).lower()
    # SHACL, section 2.1.4, lets shapes name severities of their own; what is unknown must not pass.
    return word if word in ("warning", "info") else "violation"


def unusable(error: Exception) -> BadInput:
    """Return the error for shapes that an engine cannot use."""
    return BadInput(f"the shapes cannot be used: {error}", hint="mend ontology/shapes.ttl")
