"""A page's facts in schema.org, for search engines: made from the Resource, so it says nothing else.

No membership is claimed: schema.org's ``memberOf`` speaks of today, and what sources say is of their day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox

from ..namespaces import CCIN, DCAT, DCT, FOAF, OWL, RDFS, SKOS
from ..resource import Resource, pick
from .about import About, Published

Block = dict[str, Any]
CONTEXT = "https://schema.org"
_ENGLISH = "en"
# The first class that a thing has says what it is to schema.org.
_TYPES = (
    (CCIN + "Council", "GovernmentOrganization"),
    (CCIN + "Body", "Organization"),
    (CCIN + "Project", "Project"),
    (CCIN + "CaseStudy", "CreativeWork"),
    (DCAT + "Dataset", "Dataset"),
    (SKOS + "ConceptScheme", "DefinedTermSet"),
    (SKOS + "Concept", "DefinedTerm"),
)


def block(parts: Iterable[Block | None]) -> Block | None:
    """Return what is given as one graph of schema.org, or None where there is nothing to say."""
    found = [one for one in parts if one]
    return {"@context": CONTEXT, "@graph": found} if found else None


def breadcrumbs(origin: str, crumbs: Sequence[tuple[str, str]], title: str) -> Block | None:
    """Return the way from the home page to a page; the crumbs are local addresses and their words."""
    if not crumbs:
        return None
    steps = [("/", "Home"), *crumbs]
    listed: list[Block] = [
        {"@type": "ListItem", "position": place, "name": words, "item": origin + href}
        for place, (href, words) in enumerate(steps, start=1)
    ]
    listed.append({"@type": "ListItem", "position": len(steps) + 1, "name": title})
    return {"@type": "BreadcrumbList", "itemListElement": listed}


def kind_of(resource: Resource) -> str | None:
    """Return the class of schema.org that a thing is of, or None where it has no word for it."""
    return next((name for iri, name in _TYPES if iri in resource.types), None)


def of_resource(resource: Resource, page: str) -> Block | None:
    """Return a thing in schema.org, or None for one that it has no word for; *page* is its page's address."""
    kind = kind_of(resource)
    if kind is None:
        return None
    made = {
        "GovernmentOrganization": _body,
        "Organization": _body,
        "Project": _project,
        "CreativeWork": _work,
        "DefinedTerm": _term,
        "DefinedTermSet": _terms,
        "Dataset": _dataset,
    }[kind](resource)
    # A body has a site of its own; for all else the page here is its address.
    where = {"mainEntityOfPage": page} if made.get("url") else {"url": page}
    return _without_gaps({"@type": kind, "@id": resource.iri, **made, **where})


def _body(resource: Resource) -> Block:
    homepages = resource.iris(FOAF + "homepage")
    return {
        "name": _text(resource, SKOS + "prefLabel"),
        "alternateName": _texts(resource, SKOS + "altLabel"),
        "legalName": _text(resource, CCIN + "officialName"),
        "identifier": _texts(resource, CCIN + "registerCode"),
        "url": homepages[0] if homepages else None,
        "sameAs": sorted(resource.iris(OWL + "sameAs")),
        "areaServed": _named(resource, CCIN + "area", "AdministrativeArea"),
        "additionalType": sorted(one for one in resource.types if one.startswith(CCIN)),
    }


def _project(resource: Resource) -> Block:
    # Years are left out: schema.org has only the founding and the end of a project, and nobody says those.
    # So is the description: its words are quoted, and search engines find them on the page.
    leads = set(resource.iris(CCIN + "lead"))
    others = [one for one in resource.iris(CCIN + "tookPart") if one not in leads]
    return {
        "name": _text(resource, DCT + "title"),
        "keywords": [
            *_named(resource, CCIN + "projectKind", "DefinedTerm"),
            *_named(resource, CCIN + "meetsPrinciple", "DefinedTerm"),
        ],
        "member": [
            *(
                {
                    "@type": "OrganizationRole",
                    "roleName": "Lead",
                    "member": _item(resource, one, "Organization"),
                }
                for one in sorted(leads)
            ),
            # Their names are on the page; there may be many.
            *({"@id": one} for one in sorted(others)),
        ],
        "subjectOf": _named(resource, CCIN + "describedOn", "WebPage"),
        "additionalType": sorted(one for one in resource.types if one.startswith(CCIN)),
    }


def _work(resource: Resource) -> Block:
    return {
        "name": _text(resource, DCT + "title"),
        "about": _named(resource, CCIN + "about", "Thing"),
        "keywords": _named(resource, CCIN + "meetsPrinciple", "DefinedTerm"),
        "additionalType": sorted(one for one in resource.types if one.startswith(CCIN)),
    }


def _term(resource: Resource) -> Block:
    return {
        "name": _text(resource, SKOS + "prefLabel"),
        "alternateName": _texts(resource, SKOS + "altLabel"),
        "description": _text(resource, SKOS + "definition"),
        "termCode": _texts(resource, SKOS + "notation"),
        "inDefinedTermSet": _named(resource, SKOS + "inScheme", "DefinedTermSet"),
    }


def _terms(resource: Resource) -> Block:
    return {
        "name": _text(resource, SKOS + "prefLabel"),
        "description": _text(resource, SKOS + "definition"),
        "hasDefinedTerm": _named(resource, SKOS + "hasTopConcept", "DefinedTerm"),
    }


def _dataset(resource: Resource) -> Block:
    publishers = _named(resource, DCT + "publisher", "Organization")
    current = resource.iris(DCAT + "hasCurrentVersion")
    return {
        "name": _text(resource, DCT + "title"),
        "description": _text(resource, DCT + "description"),
        "license": next(iter(resource.iris(DCT + "license")), None),
        "creator": publishers,
        "publisher": publishers,
        "keywords": _texts(resource, DCAT + "keyword"),
        "identifier": resource.iri,
        # A Release's address ends in its name, which is the version.
        "version": current[0].rpartition("/")[2]
        if current
        else next(iter(_texts(resource, DCAT + "version")), None),
        "dateModified": next(iter(_texts(resource, DCT + "modified")), None),
        "datePublished": next(iter(_texts(resource, DCT + "issued")), None),
        "creditText": _texts(resource, DCT + "rights"),
    }


def for_dataset(about: About, origin: str, page: str) -> Block:
    """Return what is said of the dataset besides its Resource: its files, its catalogue, its place and time.

    *origin* is scheme and host of this server, *page* the address of the dataset's page there: files are
    where they are asked for, as the page's own links are.
    """
    catalog = about.site.catalog
    return _without_gaps(
        {
            "isAccessibleForFree": True,
            "distribution": [_download(one, f"{page}/latest/{one.name}") for one in about.files],
            "includedInDataCatalog": {
                "@type": "DataCatalog",
                "@id": catalog,
                "name": about.site.title,
                "url": f"{origin}/data",
            },
            "spatialCoverage": [
                {"@type": "Place", "@id": place, "name": name} for place, name in about.places
            ],
            "temporalCoverage": "/".join(about.facts.years) if about.facts.years else None,
        }
    )


def _download(file: Published, address: str) -> Block:
    return {
        "@type": "DataDownload",
        "name": file.name,
        "contentUrl": address,
        "encodingFormat": file.media_type,
        "contentSize": f"{file.bytes} B",
        "sha256": file.sha256,
    }


def _text(resource: Resource, predicate: str) -> str | None:
    return pick([one for one in resource.objects(predicate) if isinstance(one, ox.Literal)], _ENGLISH)


def _texts(resource: Resource, predicate: str) -> list[str]:
    return sorted(set(resource.texts(predicate)))


def _named(resource: Resource, predicate: str, kind: str) -> list[Block]:
    return [_item(resource, iri, kind) for iri in sorted(resource.iris(predicate))]


def _item(resource: Resource, iri: str, kind: str) -> Block:
    """Return another thing by its IRI and label, which the Resource brings for everything it links to."""
    label = pick(
        [one for one in resource.objects(RDFS + "label", iri) if isinstance(one, ox.Literal)], _ENGLISH
    )
    return _without_gaps({"@type": kind, "@id": iri, "name": label})


def _without_gaps(made: Block) -> Block:
    """Return the block without what is not known; a list of one is that one."""
    plain = {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in made.items()
    }
    return {name: value for name, value in plain.items() if value is not None and value != []}


def origin(address: str) -> str:
    """Return scheme and host of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


__all__ = ["Block", "block", "breadcrumbs", "for_dataset", "kind_of", "of_resource", "origin"]
