"""Which files a folder of knowledge has, and what stands in each: the one declaration of both.

:mod:`rules.loading.loader` reads by it, :mod:`rules.loading.json_schema` turns it into the schema
that editors use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from rules.conditions import RESERVED_KEYS
from rules.loading.fields import (
    ANSWER_SHEETS,
    CONDITION,
    COUNT,
    DATE,
    EARLIER_CONDITION,
    INNER_SHARE,
    LOOSE_DATE,
    SHARE,
    TEXT,
    EntryName,
    EntryNames,
    Field,
    FieldKind,
    Record,
    Table,
    matching,
    one_of,
    optional,
)
from rules.model import UNKNOWN, History, Scope

# Each piece of knowledge says where it was taken from, and when that was last looked at.
PROVENANCE = {
    "source": Field(EntryName("source"), "the source it was taken from"),
    "as_of": Field(DATE, "the date on which it was last checked"),
}

SOURCE = Record(
    {
        "title": Field(TEXT, "what is cited"),
        "date": Field(LOOSE_DATE, "when it was published, or undated"),
        "url": optional(matching(r"https?://\S+", "an http address"), "where it is"),
    }
)
ALTERNATIVE = Record(
    {
        "title": Field(TEXT, "its name as people write it"),
        "summary": Field(TEXT, "what it is, in one sentence"),
    }
)
CRITERION = Record(
    {
        "title": Field(TEXT, "its name in tables"),
        "asks": Field(TEXT, "what is compared, as a question"),
    }
)
CONCEPT = Record({"title": Field(TEXT, "the fact, to be read on after 'because'")})
REASONS = "how many rules must speak for or against an alternative (left out: 1)"
THRESHOLD = Record(
    {
        "acceptability": Field(SHARE, "the least acceptability that earns the verdict"),
        "margin": Field(SHARE, "the least margin that earns the verdict"),
        "reasons": optional(COUNT, REASONS),
    }
)
SECTION = Record({"title": Field(TEXT, "the heading of this part of the interview")})
OPTION = Record(
    {
        "label": Field(TEXT, "the answer as people read it"),
        "help": optional(TEXT, "what it means"),
        "alone": optional(
            one_of("yes", "no"), "whether it excludes all other options (left out: no)"
        ),
    },
    or_text="label",
)
OPTIONS = Table("option", OPTION, at_least=2, reserved=frozenset({UNKNOWN}))
QUESTION = Record(
    {
        "section": Field(EntryName("section"), "the part of the interview it belongs to"),
        "ask": Field(TEXT, "the question as it is asked"),
        "help": optional(TEXT, "what the question means and why it matters"),
        "choose": optional(one_of("one", "many"), "how many options an answer has (left out: one)"),
        "applies_when": optional(
            EARLIER_CONDITION, "the answers to earlier questions that make it apply"
        ),
        "options": Field(OPTIONS, "the answers to choose from"),
        **PROVENANCE,
    }
)
PROBE = matching(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", "the id of a probe, folder.module")
CLAIM = Record(
    {
        "says": Field(TEXT, "the claim, as one sentence"),
        "scope": optional(
            one_of(*(scope.value for scope in Scope)),
            "what it speaks about: frameworks, or the machine at hand (left out: framework)",
        ),
        "probe": Field(PROBE, "the probe that tries it"),
        "expect": optional(
            one_of("yes", "no"),
            "the answer of the probe that confirms it (left out: yes)",
            "probe",
        ),
        "not_probed": Field(TEXT, "the reason why no program tries it"),
        "counts_when": Field(
            CONDITION,
            "the answers under which this machine is where the work will run",
            ("scope", Scope.MACHINE.value),
        ),
        "today": Field(
            one_of(*(history.value for history in History)),
            "what became of it since its source was written",
        ),
        "then": optional(TEXT, "what the source said, where it is different now"),
        **PROVENANCE,
    },
    one_of=("probe", "not_probed"),
)
PREFERENCE = Record(
    {
        "alternative": Field(EntryName("alternative"), "whom it is about"),
        "under": Field(EntryName("criterion"), "the criterion under which it counts"),
        "strength": Field(EntryName("strength"), "how much it counts"),
    }
)
TOPIC = one_of("training", "export", "runtime", "practice")
ADVICE = Record(
    {
        "text": Field(TEXT, "the advice"),
        "topic": Field(TOPIC, "the heading it stands under"),
        "for": optional(EntryName("alternative"), "whom it is for (left out: whatever is chosen)"),
    }
)
STATEMENT = Record(
    {
        "section": Field(EntryName("source"), "the section of the source that states it"),
        "says": Field(TEXT, "what is stated there, as one sentence of our own"),
        "claims": Field(EntryNames("claim", at_least=1), "the claims that judge it"),
    }
)
RULE = Record(
    {
        "when": Field(CONDITION, "the condition that must be known to be true"),
        "conclude": Field(EntryName("concept"), "the concept that then holds"),
        "prefer": Field(PREFERENCE, "what then speaks for an alternative"),
        "oppose": Field(PREFERENCE, "what then speaks against an alternative"),
        "rule_out": Field(
            EntryName("alternative"), "the alternative that is then out of the question"
        ),
        "advise": Field(ADVICE, "what is then good advice"),
        "because": Field(TEXT, "the reason, as one sentence"),
        "claims": optional(EntryNames("claim"), "the claims it rests on"),
        "fires": optional(ANSWER_SHEETS, "answers on which it must fire"),
        "silent": optional(ANSWER_SHEETS, "answers on which it must not fire"),
        **PROVENANCE,
    },
    one_of=("conclude", "prefer", "oppose", "rule_out", "advise"),
)

SOURCE_IDS = matching("[a-z][a-z0-9_-]*", "small letters, digits, _ and -, a letter first")
SOURCES = Table("source", SOURCE, ids=SOURCE_IDS)
ALTERNATIVES = Table("alternative", ALTERNATIVE, at_least=2)
STRENGTHS = Table("strength", INNER_SHARE)
VERDICTS = Record(
    {
        "clear": Field(THRESHOLD, "what a clear verdict takes"),
        "leaning": Field(THRESHOLD, "what a leaning takes"),
    }
)
QUESTIONS = Table("question", QUESTION, reserved=RESERVED_KEYS)


def _file(key: str, table: Table, about: str) -> Record:
    return Record({key: Field(table, about)})


OPTIONAL = frozenset({"statements.yaml"})  # a team's own rules need not account for a source
FILES: Mapping[str, Record] = {
    "sources.yaml": _file("sources", SOURCES, "what the knowledge was taken from"),
    "alternatives.yaml": _file("alternatives", ALTERNATIVES, "what can be recommended"),
    "criteria.yaml": _file(
        "criteria", Table("criterion", CRITERION), "the respects in which they differ"
    ),
    "scales.yaml": Record(
        {
            "strengths": Field(STRENGTHS, "how much a preference counts, by its word"),
            "verdicts": Field(VERDICTS, "what each verdict takes"),
        }
    ),
    "concepts.yaml": _file("concepts", Table("concept", CONCEPT), "the facts that rules conclude"),
    "questions.yaml": Record(
        {
            "sections": Field(Table("section", SECTION), "the parts of the interview"),
            "questions": Field(QUESTIONS, "what is asked, in this order"),
        }
    ),
    "statements.yaml": _file(
        "statements", Table("statement", STATEMENT), "what the source states, in its order"
    ),
}
FOLDERS: Mapping[str, Record] = {
    "claims": _file("claims", Table("claim", CLAIM), "what rules rest on"),
    "rules": _file("rules", Table("rule", RULE), "what follows from the answers"),
}


def tables(*shapes: Record) -> Iterator[tuple[str, Table]]:
    """The tables of these shapes, of all files by default, each with its top-level key."""
    for shape in shapes or (*FILES.values(), *FOLDERS.values()):
        for key, field in shape.fields.items():
            if isinstance(field.kind, Table):
                yield key, field.kind


def lying_over(shape: Record) -> Record:
    """The same file of an overlay: it need not hold everything, as the shipped one does."""

    def kind(complete: FieldKind) -> FieldKind:
        if isinstance(complete, Table):
            return replace(complete, at_least=0)
        return lying_over(complete) if isinstance(complete, Record) else complete

    fields = shape.fields.items()
    return Record({key: optional(kind(field.kind), field.about) for key, field in fields})


BASE_FILE = "base.yaml"  # what makes of a folder one that lies over the shipped knowledge
LEFT_OUT = Record(
    {
        key: optional(EntryNames(table.kind), f"the shipped {key} to leave out")
        for key, table in tables()
    }
)
BASE = Record(
    {
        "extends": Field(one_of("shipped"), "what the folder lies over"),
        "without": optional(LEFT_OUT, "what is shipped and shall not count here"),
    }
)
