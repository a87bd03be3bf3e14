"""A scenario written down as the YAML that people write, and that reads back as the same scenario."""

from __future__ import annotations

from collections.abc import Iterable

from tacenda import vocabulary as v
from tacenda.knowledge import KnowledgeBase
from tacenda.model import Scenario


def scenario_to_yaml(kb: KnowledgeBase, scenario: Scenario) -> str:
    """The text of a scenario file.

    >>> kb = KnowledgeBase.open("us-ma")
    >>> print(scenario_to_yaml(kb, Scenario("us-ma", facts=(v.expand("fact:WrittenConsent"),))), end="")
    jurisdiction: us-ma
    facts:
    - client consents in writing
    """
    import yaml

    taxonomy = kb.taxonomy
    facts = {term.iri: term.label for term in taxonomy.facts()}
    kinds = {role: {term.iri: term.label for term in taxonomy.kinds_of(root)} for role, root in v.ROLES.items()}
    found: dict[str, object] = {
        "title": " ".join(scenario.title.split()),
        "jurisdiction": scenario.jurisdiction,
        **scenario.places,
        "as_of": scenario.as_of,
        "context": scenario.context,
        **{role: _phrases(kinds[role], [value])[0] for role, value in scenario.role_values().items()},
        "facts": _phrases(facts, scenario.facts),
        "not": _phrases(facts, scenario.excluded),
        "closed": scenario.closed,
    }
    said = {key: value for key, value in found.items() if value}
    return str(yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=10_000))


def _phrases(known: dict[str, str], terms: Iterable[str]) -> list[str]:
    """The label of each term, or its compact name where another term is called the same."""
    labels = [label.casefold() for label in known.values()]
    return [known[iri] if labels.count(known[iri].casefold()) == 1 else v.shorten(iri) for iri in terms]
