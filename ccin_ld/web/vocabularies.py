"""Documents about one term of the ontology, the shape of one class, versions of the ontology, profiles."""

from __future__ import annotations

import re

import pyoxigraph as ox
from flask import Blueprint, Response

from ..description.profiles import of_all, of_profile
from ..errors import UnknownResource
from ..namespaces import ONTOLOGY_BASE, OWL
from ..represent import DOCUMENTS
from ..represent.profiles import PROFILES
from ..resource import Resource
from .documents import html_pages, represent, site
from .negotiation import split_suffix
from .respond import query_suffix, see_other

bp = Blueprint("vocabularies", __name__)
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)+")


@bp.get("/def/<any(ccin, shapes):vocabulary>/<name>")
def part(vocabulary: str, name: str) -> Response:
    """A term (its name as it is written after the ``#``), the shape of a class, or a version."""
    stem, extension = split_suffix(name, DOCUMENTS)
    iri = f"{ONTOLOGY_BASE}def/{vocabulary}"
    if _VERSION.fullmatch(stem):
        if ox.NamedNode(f"{iri}/{stem}") in site().build.store.objects(iri, OWL + "versionIRI"):
            suffix = f".{extension}" if extension else ""
            return see_other(f"/def/{vocabulary}{suffix}{query_suffix()}")
        return represent(_before(vocabulary, stem), f"/def/{vocabulary}/{stem}", extension)
    found = html_pages().known_terms.resource(vocabulary, stem)
    if found is None:
        raise UnknownResource(f"{iri}#{stem}")
    return represent(found, f"/def/{vocabulary}/{stem}", extension, cite_as=found.iri)


@bp.get("/def/profile")
@bp.get("/def/profile.<_extension>")
def all_profiles(_extension: str | None = None) -> Response:
    """The profiles that things come in."""
    stem, extension = split_suffix("/def/profile" + (f".{_extension}" if _extension else ""), DOCUMENTS)
    build = site().build
    if stem != "/def/profile":
        raise UnknownResource(build.base.iri + stem[1:])
    said = build.model.site
    return represent(of_all(build.base, said.publisher, said.licence), stem, extension)


@bp.get("/def/profile/<name>")
def one_profile(name: str) -> Response:
    """One profile, by its token: what it is a profile of, and what belongs to it."""
    stem, extension = split_suffix(name, DOCUMENTS)
    base, said = site().build.base, site().build.model.site
    found = next((one for one in PROFILES if one.token == stem), None)
    if found is None:
        raise UnknownResource(base.scheme(f"profile/{stem}"))
    described = of_profile(found, base, said.publisher, said.licence)
    return represent(described, f"/def/profile/{stem}", extension)


def _before(vocabulary: str, version: str) -> Resource:
    """Return a version of before, its triples as they were. Raises UnknownResource."""
    iri = f"{ONTOLOGY_BASE}def/{vocabulary}/{version}"
    triples = site().build.before(vocabulary, version)
    if not triples:
        raise UnknownResource(iri)
    return Resource(iri, iri, tuple(triples))
