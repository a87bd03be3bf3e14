"""The names of the ontology that the code uses; a test holds them against the ontology.

An IRI is a plain string here: RDF libraries stay at the edge.
"""

from __future__ import annotations

BASE = "https://w3id.org/tacenda/"

PREFIXES: dict[str, str] = {
    "act": BASE + "act/",
    "court": BASE + "court/",
    "dcterms": "http://purl.org/dc/terms/",
    "fact": BASE + "fact/",
    "jurisdiction": BASE + "jurisdiction/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "person": BASE + "person/",
    "proc": BASE + "proceeding/",
    "process": BASE + "process/",
    "prof": BASE + "profession/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "role": BASE + "role/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "tac": BASE,
    "topic": BASE + "topic/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_NAMES = {namespace: prefix for prefix, namespace in PREFIXES.items()}

RDF_TYPE = PREFIXES["rdf"] + "type"
RDF_FIRST = PREFIXES["rdf"] + "first"
RDF_REST = PREFIXES["rdf"] + "rest"
RDF_NIL = PREFIXES["rdf"] + "nil"
RDFS_LABEL = PREFIXES["rdfs"] + "label"
RDFS_SUBCLASS = PREFIXES["rdfs"] + "subClassOf"
SKOS_DEFINITION = PREFIXES["skos"] + "definition"
SKOS_SCOPE_NOTE = PREFIXES["skos"] + "scopeNote"
SKOS_EXAMPLE = PREFIXES["skos"] + "example"
DCT_SOURCE = PREFIXES["dcterms"] + "source"
DCT_TITLE = PREFIXES["dcterms"] + "title"


def tac(name: str) -> str:
    """The IRI of a term of the core vocabulary.

    >>> tac("Privilege")
    'https://w3id.org/tacenda/Privilege'
    """
    return BASE + name


NORM_KINDS: tuple[str, ...] = (
    "Obligation",
    "Prohibition",
    "Limitation",
    "Permission",
    "Privilege",
    "Right",
    "Power",
    "Immunity",
    "Exception",
)
"""The kinds that a law file may give a norm, most telling first."""

SOURCE_KINDS: tuple[str, ...] = ("Statute", "Regulation", "CourtRule", "Decision")

CONTEXTS: dict[str, str] = {"practice": tac("Practice"), "court": tac("Court")}

ROLES: dict[str, str] = {
    "professional": PREFIXES["prof"] + "Professional",
    "client": PREFIXES["person"] + "Client",
    "proceeding": PREFIXES["proc"] + "Proceeding",
    "court": PREFIXES["court"] + "Forum",
    "process": PREFIXES["process"] + "Process",
}
"""The roles of a scenario, by the key that scenario files use, with the class that all their values belong to."""

PLACES: dict[str, tuple[str, str]] = {
    "client_is_in": (tac("clientIsIn"), "where the client is"),
    "licensed_in": (tac("licensedIn"), "where the professional is licensed"),
    "court_of": (tac("courtOf"), "whose court it is"),
}
"""The places of a scenario that touches several jurisdictions: the key, its property, and how one says it."""

ROLE_PROPERTIES: dict[str, str] = {
    "professional": tac("professional"),
    "client": tac("client"),
    "proceeding": tac("proceeding"),
    "court": tac("forum"),
    "process": tac("process"),
}

COURT_CONDUCT = PREFIXES["act"] + "DiscloseInCourt"
"""The act whose kinds are asked about in court only."""

ASKED_FIRST = (PREFIXES["act"] + "Disclose", COURT_CONDUCT, PREFIXES["act"] + "TakePrecautions")
"""What people come to ask about: telling, in practice and in court, and protecting; housekeeping comes after."""

STATE_COURT = PREFIXES["court"] + "StateCourt"
"""The court that a scenario of a state is read as being before, unless it says."""

REVIEW: tuple[str, ...] = ("unverified", "secondary", "read", "checked")
"""Review states, weakest first."""


def shorten(iri: str) -> str:
    """The compact form of an IRI, as Turtle and answers write it.

    >>> shorten("https://w3id.org/tacenda/fact/ClientRelationship")
    'fact:ClientRelationship'
    >>> shorten("https://w3id.org/tacenda/us-ma/c112-s135B.privilege")
    'us-ma:c112-s135B.privilege'
    >>> shorten("https://example.org/x")
    'https://example.org/x'
    """
    if iri.startswith(BASE):
        head, slash, tail = iri[len(BASE) :].partition("/")
        if not slash:
            return f"tac:{head}"
        if "/" not in tail:
            return f"{_NAMES.get(f'{BASE}{head}/', head)}:{tail}"
    for prefix, namespace in PREFIXES.items():
        if prefix != "tac" and iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def expand(name: str) -> str:
    """The IRI that a compact name stands for; anything else comes back unchanged.

    >>> expand("us-ma:c112-s135B")
    'https://w3id.org/tacenda/us-ma/c112-s135B'
    >>> expand("<https://example.org/x>")
    'https://example.org/x'
    """
    if name.startswith("<") and name.endswith(">"):
        return name[1:-1]
    prefix, colon, local = name.partition(":")
    if not colon or local.startswith("//"):
        return name
    if prefix in PREFIXES:
        return PREFIXES[prefix] + local
    if prefix == "us" or prefix.startswith("us-"):
        return f"{BASE}{prefix}/{local}"
    return name
