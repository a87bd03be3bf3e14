"""The vocabulary as pages: its parts, its modules, and every term with what it means and where it is used."""

from __future__ import annotations

from tacenda import vocabulary as v
from tacenda.desk.addresses import address
from tacenda.desk.descriptions import descriptions, unknown
from tacenda.desk.desk import Desk
from tacenda.desk.law_relations import relations
from tacenda.desk.vocabulary import GROUPS, Entry, Module, vocabulary
from tacenda.errors import LawError

MOST = 200
"""How many terms a search shows."""


def overview(desk: Desk, words: str = "") -> str:
    """The parts of the vocabulary; or the terms in which some words stand."""
    found = vocabulary(desk.kb)
    matches = found.search(words) if words.strip() else []
    names = dict.fromkeys(entry.group for entry in found.entries.values())
    groups = [(name, *_group(desk, name), len(found.group(name))) for name in (*GROUPS, *names) if name in names]
    modules = [module for module in found.modules.values() if module.terms]
    return desk.render(
        "vocabulary.html",
        title="Vocabulary",
        section="vocabulary",
        words=words,
        matches=matches[:MOST],
        more=max(0, len(matches) - MOST),
        groups=list(dict.fromkeys(groups)),
        modules=modules,
        all_modules=list(found.modules.values()),
    )


def group_page(desk: Desk, name: str) -> str:
    """All terms of one part, file by file. Raises `LawError` with the nearest name."""
    found = vocabulary(desk.kb)
    entries = found.group(name)
    if not entries:
        raise LawError(unknown(name, [entry.group for entry in found.entries.values()]))
    title, about = _group(desk, name)
    parts: dict[str, list[Entry]] = {}
    for entry in entries:
        parts.setdefault(entry.module, []).append(entry)
    listed = [
        (module.title if (module := found.modules.get(iri)) else desk.kb.label(iri), module, terms)
        for iri, terms in parts.items()
    ]
    return desk.render(
        "terms.html",
        title=title,
        section="vocabulary",
        about=about,
        parts=sorted(listed, key=lambda one: one[0]),
        count=len(entries),
        module=None,
        turtle="",
    )


def module_page(desk: Desk, module: Module) -> str:
    """One file of the ontology, with its terms."""
    return desk.render(
        "terms.html",
        title=module.title,
        section="vocabulary",
        about=module.description,
        parts=[("", module, list(module.terms))] if module.terms else [],
        count=len(module.terms),
        module=module,
        turtle="" if module.terms else descriptions(desk.kb).turtle(module.iri),
    )


def term_page(desk: Desk, iri: str) -> str:
    """A term: what it means, what it is a kind of, where the law and the queries use it."""
    kb = desk.kb
    found = vocabulary(kb)
    entry = found.entries[iri]
    ours = [(use, norms) for use, norms in relations(kb).uses(iri).items()]
    packs = {pack.code for pack in kb.packs}
    return desk.render(
        "term.html",
        title=entry.label,
        section="vocabulary",
        entry=entry,
        group=_group(desk, entry.group)[0],
        is_of_pack=entry.group in packs,
        module=found.modules.get(entry.module),
        address=address(desk),
        uses=ours,
        of_kind=[norm for norm in kb.norms.values() if v.tac(norm.kind) == iri],
        turtle=descriptions(kb).turtle(iri),
    )


def find_page(desk: Desk, path: str) -> str:
    """The page below `vocabulary/` at this path: a part, a file or a term. Raises `LawError` with the nearest."""
    found = vocabulary(desk.kb)
    if "/" not in path:
        return group_page(desk, path)
    head, _, tail = path.partition("/")
    iri = f"{v.BASE}{tail}" if head in ("tac", "property") else f"{v.BASE}{path}"
    if iri in found.modules:
        return module_page(desk, found.modules[iri])
    if iri not in found.entries:
        raise LawError(unknown(iri, list(found.entries)))
    return term_page(desk, iri)


def _group(desk: Desk, name: str) -> tuple[str, str]:
    if name in GROUPS:
        return GROUPS[name]
    title = next((pack.name for pack in desk.kb.packs if pack.code == name), name)
    return f"Terms of {title}", "terms that one jurisdiction has of its own"
