"""The namespaces of the vocabularies in use, and the prefixes we write for them."""

from __future__ import annotations

ONTOLOGY_BASE = "https://w3id.org/ccin/"
CCIN = ONTOLOGY_BASE + "def/ccin#"
SHAPES = ONTOLOGY_BASE + "def/shapes#"

ALTR = "http://www.w3.org/ns/dx/connegp/altr#"
AS = "https://www.w3.org/ns/activitystreams#"
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
DQV = "http://www.w3.org/ns/dqv#"
FOAF = "http://xmlns.com/foaf/0.1/"
GEO = "http://www.opengis.net/ont/geosparql#"
HYDRA = "http://www.w3.org/ns/hydra/core#"
LDES = "https://w3id.org/ldes#"
ORG = "http://www.w3.org/ns/org#"
OWL = "http://www.w3.org/2002/07/owl#"
PROF = "http://www.w3.org/ns/dx/prof/"
PROF_ROLE = PROF + "role/"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SD = "http://www.w3.org/ns/sparql-service-description#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SPDX = "http://spdx.org/rdf/terms#"
TREE = "https://w3id.org/tree#"
VANN = "http://purl.org/vocab/vann/"
UKGOV = "https://w3id.org/co-cddo/ukgov-metadata-exchange-model/"
VCARD = "http://www.w3.org/2006/vcard/ns#"
VOID = "http://rdfs.org/ns/void#"
VS = "http://www.w3.org/2003/06/sw-vocab-status/ns#"
WGS84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"
XSD = "http://www.w3.org/2001/XMLSchema#"

# Served at /def/prefixes; `geo:` is GeoSPARQL's, `wgs84:` the older one (design, section 3).
PREFIXES: dict[str, str] = {
    "as": AS,
    "ccin": CCIN,
    "ccinsh": SHAPES,
    "dcat": DCAT,
    "dct": DCT,
    "dqv": DQV,
    "foaf": FOAF,
    "geo": GEO,
    "hydra": HYDRA,
    "ldes": LDES,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sd": SD,
    "sh": SH,
    "skos": SKOS,
    "spdx": SPDX,
    "tree": TREE,
    "vann": VANN,
    "ukgov": UKGOV,
    "vcard": VCARD,
    "void": VOID,
    "vs": VS,
    "wgs84": WGS84,
    "xsd": XSD,
}


def shorten(iri: str) -> str:
    """Return the IRI as a prefixed name where a prefix fits, else the IRI itself."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and "/" not in iri[len(namespace) :] and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
