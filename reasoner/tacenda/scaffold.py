"""A pack for one more state, to fill in: its jurisdiction, one provision that shows how, its test, a checklist."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tacenda.errors import Problem, SourceError
from tacenda.states import name_of
from tacenda.survey import PLACEHOLDER
from tacenda.textfile import write_whole
from tacenda.topics import Topic

_CODE = re.compile(r"[a-z]{2}(-[a-z0-9]{1,3})?")

_JURISDICTION = """\
# {name}

@prefix dcterms:      <http://purl.org/dc/terms/> .
@prefix jurisdiction: <https://w3id.org/tacenda/jurisdiction/> .
@prefix rdfs:         <http://www.w3.org/2000/01/rdf-schema#> .
@prefix tac:          <https://w3id.org/tacenda/> .
@prefix topic:        <https://w3id.org/tacenda/topic/> .

jurisdiction:{code}
    a tac:Jurisdiction ;
    rdfs:label       "{name}"@en ;
    tac:code         "{code}" ;
    tac:isWithin     jurisdiction:us ;
    # A topic is encoded (some norm or absence belongs to it), or searched without result, or not yet looked at.
    # Take the mark from the line of a topic once you have looked and found nothing.
{topics}
    dcterms:license  <https://creativecommons.org/licenses/by/4.0/> .

# Professions that only this state knows go here, each below the nearest of ontology/people.ttl:
#
#   {code}:LicensedCounselor
#       a owl:Class ;
#       rdfs:subClassOf  prof:MentalHealthCounselor ;
#       rdfs:label       "licensed counselor"@en ;
#       skos:definition  "someone whom the state's board licenses to counsel"@en ;
#       rdfs:isDefinedBy jurisdiction:{code} .
"""

_PROVISION = """\
# {placeholder} Code § 1 (no law: replace it)
#   confidentiality first sentence
#   └─ written-consent (a)

# This file shows how a provision is written; nothing in it is law. Copy it, name the copy for a section that you have
# read (code-s12.ttl), put that section's own words beside what they do, and delete this file and its test.

@prefix act:     <https://w3id.org/tacenda/act/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix fact:    <https://w3id.org/tacenda/fact/> .
@prefix jurisdiction: <https://w3id.org/tacenda/jurisdiction/> .
@prefix prof:    <https://w3id.org/tacenda/profession/> .
@prefix rdfs:    <http://www.w3.org/2000/01/rdf-schema#> .
@prefix role:    <https://w3id.org/tacenda/role/> .
@prefix tac:     <https://w3id.org/tacenda/> .
@prefix {code}:   <https://w3id.org/tacenda/{code}/> .

# The source: what is cited, and where and when you read it (tac:readAt, tac:readOn). Days on which it is law:
# tac:inForceFrom, tac:inForceUntil. What it says and this file leaves out: tac:omits "…"@en.
{code}:example-s1
    a tac:Statute ;
    tac:jurisdiction jurisdiction:{code} ;
    tac:citation     "{placeholder} Code § 1 (no law: replace it)" ;
    rdfs:label       "how a duty of confidentiality is written"@en .

# A norm: its kind, the words of the text beside its effect, who is bound to whom, where, about what, and when.
# tac:words "…"@en holds a few words of the text, verbatim, once you have read it. tac:status: tac:Unverified,
# tac:Secondary (another text restates it), tac:Read (you read it), tac:Checked (someone else confirmed it).
{code}:example-s1.confidentiality
    a tac:Prohibition ;
    rdfs:label       "a psychologist does not disclose what a client communicated"@en ;
    dcterms:source   {code}:example-s1 ;  tac:pinpoint "first sentence" ;
    tac:binds        prof:Psychologist ;  tac:bearer role:Therapist ;
    tac:holder       role:Client ;  tac:recipient role:Anyone ;
    tac:context      tac:Practice ;
    tac:act          act:Disclose ;
    tac:allOf        ( fact:ClientRelationship fact:Communication ) ;
    tac:status       tac:Unverified .

# An exception: "except" and "unless" open one. It lifts the prohibition for its own act, and for nothing wider;
# tac:defeats would switch the whole norm off. It takes profession and context of what it lifts.
{code}:example-s1.written-consent
    a tac:Exception ;
    rdfs:label       "the client consents in writing"@en ;
    dcterms:source   {code}:example-s1 ;  tac:pinpoint "(a)" ;
    tac:lifts        {code}:example-s1.confidentiality ;
    tac:act          act:DiscloseAsConsented ;
    tac:allOf        ( fact:WrittenConsent ) ;
    tac:status       tac:Unverified .
"""

_TEST = """\
# The example of the pack, both sides: what is secret, what consent opens, and each operand deciding.
cases:
  - name: "{name}, example: what a client told a psychologist is secret"
    jurisdiction: {code}
    professional: psychologist
    context: practice
    facts: [client relationship, communication with the client]
    closed: true
    expect:
      - act: tell the press or the public
        in: practice
        is: forbidden
        because: ["{code}:example-s1.confidentiality"]
      - act: disclose what the client consented to
        in: practice
        is: forbidden
        because: ["{code}:example-s1.confidentiality"]
      - norm: {code}:example-s1.confidentiality
        in: practice
        holds: true
        turns on: [client relationship, communication with the client]

  - name: "{name}, example: with the client's written consent what it covers may be told, and no more"
    like: "{name}, example: what a client told a psychologist is secret"
    and: [client consents in writing]
    expect:
      - act: disclose what the client consented to
        in: practice
        is: permitted
        freed by: ["{code}:example-s1.written-consent"]
      - act: tell the press or the public
        in: practice
        is: forbidden
        because: ["{code}:example-s1.confidentiality"]
      - norm: {code}:example-s1.written-consent
        in: practice
        holds: true
        turns on: [client consents in writing]
"""


def new_pack(code: str, home: Path, topics: Sequence[Topic], name: str = "") -> list[Path]:
    """Write a pack called *code* under `home/kb` and its law test under `home/tests/law`; the paths of the files.

    Nothing that exists is written over. Raises `SourceError` for a code that cannot be one, a state without a name,
    and a pack that is there already.
    """
    if not _CODE.fullmatch(code):
        hint = "write the country and the state, such as us-vt"
        raise SourceError(Problem(f"`{code}` cannot be the short name of a jurisdiction", hint=hint))
    name = name or name_of(code)
    if not name:
        raise SourceError(Problem(f"`{code}` is no state of the United States", hint="say what it is called: --name"))
    folder = home / "kb" / code
    if folder.exists():
        raise SourceError(
            Problem("there is a pack already", str(folder), f"see what is next: tacenda packs {code} --next")
        )
    lines = "\n".join(f"    # tac:noAuthorityFound topic:{topic.iri.rpartition('/')[2]} ;" for topic in topics)
    values: Mapping[str, str] = {"code": code, "name": name, "topics": lines, "placeholder": PLACEHOLDER}
    files = {
        folder / "jurisdiction.ttl": _JURISDICTION.format(**values),
        folder / "example-s1.ttl": _PROVISION.format(**values),
        home / "tests" / "law" / code / "example-s1.yaml": _TEST.format(**values),
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    return list(files)
