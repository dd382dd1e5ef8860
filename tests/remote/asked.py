"""What both sides are asked: queries of every kind, pages, and errors."""

from __future__ import annotations

from urllib.parse import quote

B = "https://w3id.org/ccin/"
G = B + "data/graph/"
P = """PREFIX ccin: <https://w3id.org/ccin/def/ccin#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX wgs84: <http://www.w3.org/2003/01/geo/wgs84_pos#>
"""

QUERIES: dict[str, str] = {
    "count":"SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "count graphs":"SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "from":f"SELECT (COUNT(*) AS ?n) FROM <{G}sheet-members> {{ ?s ?p ?o }}",
    "two from":f"SELECT (COUNT(*) AS ?n) FROM <{G}sheet-members> FROM <{G}documents> FROM <{G}sheet-members> {{ ?s ?p ?o }}",
    "two from overlapping":f"SELECT (COUNT(*) AS ?n) FROM <{G}sheet-projects> FROM <{G}eoi-action-learning-set--1> {{ ?s ?p ?o }}",
    "from named":f"SELECT ?g (COUNT(*) AS ?n) FROM NAMED <{G}sheet-members> {{ GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g",
    "from named default empty":f"SELECT (COUNT(*) AS ?n) FROM NAMED <{G}sheet-members> {{ ?s ?p ?o }}",
    "from only named empty":f"SELECT (COUNT(*) AS ?n) FROM <{G}sheet-members> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "from unknown":"SELECT (COUNT(*) AS ?n) FROM <http://example.org/none> { ?s ?p ?o }",
    "graph const":f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{G}sheet-members> {{ ?s ?p ?o }} }}",
    "graph unknown":"SELECT (COUNT(*) AS ?n) { GRAPH <http://example.org/none> { ?s ?p ?o } }",
    "graph unknown rows":"SELECT ?s { GRAPH <http://example.org/none> { ?s ?p ?o } }",
    "our own graphs":"SELECT ?g { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g),'urn:')) } LIMIT 5",
    "members": P+"SELECT ?x ?l { ?x a ccin:Council ; rdfs:label ?l } ORDER BY ?l LIMIT 20",
    "lang": P+"SELECT ?l { ?x a ccin:Council ; rdfs:label ?l FILTER(LANG(?l)='en') } ORDER BY ?l LIMIT 5",
    "langmatches": P+"SELECT (COUNT(*) AS ?n) { ?x rdfs:label ?l FILTER(LANGMATCHES(LANG(?l),'EN')) }",
    "year": P+"SELECT ?x ?y { ?x ccin:fromYear ?y } ORDER BY ?x LIMIT 5",
    "year eq": P+'SELECT (COUNT(*) AS ?n) { ?x ccin:fromYear "2020"^^xsd:gYear }',
    "year order": P+"SELECT ?y (COUNT(*) AS ?n) { ?x ccin:fromYear ?y } GROUP BY ?y ORDER BY ?y",
    "date": P+"SELECT DISTINCT ?d { ?x ccin:notBefore ?d } ORDER BY ?d LIMIT 5",
    "date cmp": P+'SELECT (COUNT(*) AS ?n) { ?x ccin:notBefore ?d FILTER(?d > "2020-01-01"^^xsd:date) }',
    "bool": P+"SELECT ?p ?b { ?s ?p ?b FILTER(DATATYPE(?b)=xsd:boolean) } ORDER BY ?p ?b LIMIT 5",
    "computed bool":"SELECT (1 = 1 AS ?b) (BOUND(?x) AS ?c) {}",
    "computed":'SELECT (10/4 AS ?q) (1.0+1 AS ?d) (YEAR("2020-05-06"^^<http://www.w3.org/2001/XMLSchema#date>) AS ?y) (STRLEN("abc") AS ?l) {}',
    "decimal": P+"SELECT ?x ?v { ?x wgs84:lat ?v } ORDER BY ?x LIMIT 3",
    "wkt": P+"SELECT ?x ?v { ?x geo:asWKT ?v } ORDER BY ?x LIMIT 3",
    "integer": P+"SELECT ?x ?v { ?x ccin:displayOrder ?v } ORDER BY ?v LIMIT 3",
    "anyuri": P+"SELECT ?v { ?x ?p ?v FILTER(DATATYPE(?v)=xsd:anyURI) } ORDER BY ?v LIMIT 3",
    "ask":P+"ASK { ?x a ccin:Council }",
    "ask no":"ASK { ?x a <http://example.org/None> }",
    "construct":P+"CONSTRUCT { ?x a ccin:Council } WHERE { ?x a ccin:Council }",
    "construct labels":P+"CONSTRUCT WHERE { ?x a ccin:Project ; dct:title ?t }",
    "describe council":f"DESCRIBE <{B}id/council/oldham>",
    "describe project":f"DESCRIBE <{B}id/project/eoi-action-learning-set>",
    "optional":P+"SELECT ?x ?y { ?x a ccin:Project OPTIONAL { ?x ccin:lead ?y } } ORDER BY ?x ?y LIMIT 30",
    "path":P+"SELECT ?c { ccin:Council rdfs:subClassOf* ?c } ORDER BY ?c",
    "path plus":P+"SELECT ?c { ccin:Council rdfs:subClassOf+ ?c } ORDER BY ?c",
    "minus":P+"SELECT (COUNT(?x) AS ?n) { ?x a ccin:Council MINUS { ?p ccin:participant ?x } }",
    "not exists":P+"SELECT (COUNT(?x) AS ?n) { ?x a ccin:Council FILTER NOT EXISTS { ?p ccin:participant ?x } }",
    "values":f"SELECT ?x ?l {{ VALUES ?x {{ <{B}id/council/oldham> <{B}id/council/none> }} ?x <http://www.w3.org/2000/01/rdf-schema#label> ?l }}",
    "bind":"SELECT ?a ?b { BIND('x' AS ?a) BIND(CONCAT(?a,'y') AS ?b) }",
    "subselect":P+"SELECT ?l ?n { { SELECT ?x (COUNT(?p) AS ?n) { ?p ccin:participant ?x } GROUP BY ?x ORDER BY DESC(?n) ?x LIMIT 3 } ?x rdfs:label ?l } ORDER BY DESC(?n) ?l",
    "group concat":P+"SELECT (GROUP_CONCAT(DISTINCT ?y; separator=',') AS ?all) { { SELECT DISTINCT ?y { ?x ccin:fromYear ?y } ORDER BY ?y } }",
    "avg":P+"SELECT (AVG(?n) AS ?a) (MIN(?n) AS ?b) (MAX(?n) AS ?c) (SUM(?n) AS ?d) { ?x ccin:displayOrder ?n }",
    "count empty":"SELECT (COUNT(*) AS ?n) { ?s <http://example.org/none> ?o }",
    "regex":P+"SELECT ?l { ?x a ccin:Council ; rdfs:label ?l FILTER(REGEX(?l,'^old','i')) }",
    "contains":P+"SELECT (COUNT(*) AS ?n) { ?x rdfs:label ?l FILTER(CONTAINS(LCASE(STR(?l)),'council')) }",
    "unicode":P+"SELECT (COUNT(*) AS ?n) { ?x rdfs:label ?l FILTER(CONTAINS(?l,'–')) }",
    "star":P+"SELECT * { ?z a ccin:Network ; rdfs:label ?a }",
    "distinct":"SELECT DISTINCT ?p { ?s ?p ?o } ORDER BY ?p LIMIT 10",
    "union":P+"SELECT (COUNT(*) AS ?n) { { ?x a ccin:Council } UNION { ?x a ccin:PoliticalGroup } }",
    "langless":"SELECT ('a' AS ?x) ('a'@en AS ?y) ('1'^^<http://www.w3.org/2001/XMLSchema#integer> AS ?z) (<http://x/> AS ?i) {}",
    "if coalesce":"SELECT (IF(1<2,'yes','no') AS ?x) (COALESCE(?u,'none') AS ?y) {}",
    "error unbound":"SELECT (1/0 AS ?x) ('a'+1 AS ?y) {}",
    "bnode":"SELECT (BNODE() AS ?b) (ISBLANK(?b) AS ?c) {}",
    "list":"SELECT (COUNT(?b) AS ?n) { ?b <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> ?x FILTER(ISBLANK(?b)) }",
    "bnodes out":"SELECT ?b { ?b <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> } LIMIT 2",
    "offset":P+"SELECT ?x { ?x a ccin:Council } ORDER BY ?x LIMIT 3 OFFSET 5",
    "having":P+"SELECT ?x (COUNT(*) AS ?n) { ?p ccin:participant ?x } GROUP BY ?x HAVING(COUNT(*) > 2) ORDER BY ?x",
    "replace substr":"SELECT (REPLACE('abc','b','x') AS ?a) (SUBSTR('abcd',2,2) AS ?b) (STRBEFORE('a-b','-') AS ?c) (STRAFTER('a-b','-') AS ?d) (ENCODE_FOR_URI('a b') AS ?e) (UCASE('é') AS ?f) {}",
    "hash":"SELECT (MD5('a') AS ?a) (SHA256('a') AS ?b) {}",
    "number":"SELECT (ROUND(2.5) AS ?a) (CEIL(2.1) AS ?b) (FLOOR(2.9) AS ?c) (ABS(-1) AS ?d) {}",
    "cast":'SELECT (<http://www.w3.org/2001/XMLSchema#integer>("5") AS ?a) (<http://www.w3.org/2001/XMLSchema#date>("2020-01-01") AS ?b) (<http://www.w3.org/2001/XMLSchema#boolean>("true") AS ?c) (<http://www.w3.org/2001/XMLSchema#decimal>("1.50") AS ?d) {}',
    "strdt":'SELECT (STRDT("2020","http://www.w3.org/2001/XMLSchema#gYear") AS ?a) {}',
    "strdt2":'SELECT (STRDT("2020",<http://www.w3.org/2001/XMLSchema#gYear>) AS ?a) (STRLANG("x","en") AS ?b) {}',
    "in":P+"SELECT (COUNT(*) AS ?n) { ?x ccin:displayOrder ?n FILTER(?n IN (1,2,3)) }",
    "sameterm":P+"SELECT (COUNT(*) AS ?n) { ?x rdfs:label ?a, ?b FILTER(!SAMETERM(?a,?b)) }",
    "service":"SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "define":'DEFINE get:soft "soft" SELECT * { ?s ?p ?o } LIMIT 1',
    "bif":"SELECT (<bif:http_get>('http://127.0.0.1:9/') AS ?x) {}",
    "syntax":"SELECT * {\n ?s ?p \n}",
    "insert":"INSERT DATA { <a:a> <a:b> <a:c> }",
}  # fmt: skip

# These ask what there is none of.
NO_ANSWER = {"anyuri", "graph unknown rows", "our own graphs"}

# In each of our formats, as one that asks for it gets it.
FORMATS = {
    "SELECT": ("json", "xml", "csv", "tsv"),
    "CONSTRUCT": ("ttl", "nt", "rdf", "jsonld", "trig", "nq"),
}

PAGES = (
    "/", "/members", "/members?page=2", "/members?as-of=2021-01-01", "/members.csv", "/members.json", "/projects", "/projects.ttl",
    "/principles", "/doc/network/ccin", "/def/ccin", "/def/ccin.ttl", "/def/shapes", "/def/shapes.ttl", "/data", "/data.ttl",
    "/data/graph/sheet-members", "/data/graph/sheet-members.nt", "/quality", "/search?q=oldham", "/search.json?q=council", "/sparql",
    "/doc/council/oldham.ttl?_profile=org", "/resolve.json?iri=E08000004", "/resolve.json?iri=Q17017730",
    "/resolve.json?iri=7000000000025639", "/resolve.json?iri=https://www.oldham.gov.uk", "/data/links.nt",
    "/is-member.json?code=OLD&on=2020-07-01", "/data/links/wikidata-org.nt", "/linkset/council/oldham.txt",
    "/doc/council/nowhere", "/id/council/nowhere", "/id/council/oldham", "/def/ccin.zip",
    "/reconcile", "/reconcile?queries=" + quote('{"q": {"query": "Newcastle", "properties": [{"pid": "ccinsh:facet-region", "v": "North East"}]}}'),
    "/reconcile?extend=" + quote('{"ids": ["council/oldham"], "properties": [{"id": "ccin:area/ccin:gssCode"}, {"id": "ccinsh:facet-membership"}]}'),
)  # fmt: skip
