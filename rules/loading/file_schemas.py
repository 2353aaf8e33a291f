"""Which files a folder of knowledge has, and what stands in each: the one declaration of both.

:mod:`rules.loading.loader` reads by it, :mod:`rules.loading.json_schema` turns it into the schema
that editors use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from rules.conditions import RESERVED_KEYS
from rules.loading.fields import (
    AnswerSheets,
    Count,
    Day,
    EntryName,
    EntryNames,
    Field,
    FieldKind,
    Record,
    Shaped,
    Share,
    Table,
    Text,
    When,
    Word,
)
from rules.model import UNKNOWN, History, Scope

TEXT = Text()

# Each piece of knowledge says where it was taken from, and when that was last looked at.
PROVENANCE = {
    "source": Field(EntryName("source"), "the source it was taken from"),
    "as_of": Field(Day(), "the date on which it was last checked"),
}

SOURCE = Record(
    {
        "title": Field(TEXT, "what is cited"),
        "date": Field(Day(loose=True), "when it was published, or undated"),
        "url": Field(Shaped(r"https?://\S+", "an http address"), "where it is", optional=True),
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
THRESHOLD = Record(
    {
        "acceptability": Field(Share(), "the least acceptability that earns the verdict"),
        "margin": Field(Share(), "the least margin that earns the verdict"),
        "reasons": Field(
            Count(),
            "how many rules must speak for or against an alternative (left out: 1)",
            optional=True,
        ),
    }
)
SECTION = Record({"title": Field(TEXT, "the heading of this part of the interview")})
OPTION = Record(
    {
        "label": Field(TEXT, "the answer as people read it"),
        "help": Field(TEXT, "what it means", optional=True),
        "alone": Field(
            Word(("yes", "no")),
            "whether it excludes all other options (left out: no)",
            optional=True,
        ),
    },
    or_text="label",
)
QUESTION = Record(
    {
        "section": Field(EntryName("section"), "the part of the interview it belongs to"),
        "ask": Field(TEXT, "the question as it is asked"),
        "help": Field(TEXT, "what the question means and why it matters", optional=True),
        "choose": Field(
            Word(("one", "many")), "how many options an answer has (left out: one)", optional=True
        ),
        "applies_when": Field(
            When(earlier=True), "the answers to earlier questions that make it apply", optional=True
        ),
        "options": Field(
            Table("option", OPTION, at_least=2, reserved=frozenset({UNKNOWN})),
            "the answers to choose from",
        ),
        **PROVENANCE,
    }
)
CLAIM = Record(
    {
        "says": Field(TEXT, "the claim, as one sentence"),
        "scope": Field(
            Word(tuple(reach.value for reach in Scope)),
            "what it speaks about: frameworks, or the machine at hand (left out: framework)",
            optional=True,
        ),
        "probe": Field(
            Shaped(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", "the id of a probe, folder.module"),
            "the probe that tries it",
        ),
        "expect": Field(
            Word(("yes", "no")),
            "the answer of the probe that confirms it (left out: yes)",
            optional=True,
            only_with=("probe",),
        ),
        "not_probed": Field(TEXT, "the reason why no program tries it"),
        "counts_when": Field(
            When(),
            "the answers under which this machine is where the work will run",
            only_with=("scope", Scope.MACHINE.value),
        ),
        "today": Field(
            Word(tuple(history.value for history in History)),
            "what became of it since its source was written",
        ),
        "then": Field(TEXT, "what the source said, where it is different now", optional=True),
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
ADVICE = Record(
    {
        "text": Field(TEXT, "the advice"),
        "topic": Field(
            Word(("training", "export", "runtime", "practice")), "the heading it stands under"
        ),
        "for": Field(
            EntryName("alternative"), "whom it is for (left out: whatever is chosen)", optional=True
        ),
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
        "when": Field(When(), "the condition that must be known to be true"),
        "conclude": Field(EntryName("concept"), "the concept that then holds"),
        "prefer": Field(PREFERENCE, "what then speaks for an alternative"),
        "oppose": Field(PREFERENCE, "what then speaks against an alternative"),
        "rule_out": Field(
            EntryName("alternative"), "the alternative that is then out of the question"
        ),
        "advise": Field(ADVICE, "what is then good advice"),
        "because": Field(TEXT, "the reason, as one sentence"),
        "claims": Field(EntryNames("claim"), "the claims it rests on", optional=True),
        "fires": Field(AnswerSheets(), "answers on which it must fire", optional=True),
        "silent": Field(AnswerSheets(), "answers on which it must not fire", optional=True),
        **PROVENANCE,
    },
    one_of=("conclude", "prefer", "oppose", "rule_out", "advise"),
)

OPTIONAL = frozenset({"statements.yaml"})  # a team's own rules need not account for a source
FILES: Mapping[str, Record] = {
    "sources.yaml": Record(
        {
            "sources": Field(
                Table(
                    "source",
                    SOURCE,
                    ids=Shaped(
                        "[a-z][a-z0-9_-]*", "small letters, digits, _ and -, a letter first"
                    ),
                ),
                "what the knowledge was taken from",
            )
        }
    ),
    "alternatives.yaml": Record(
        {
            "alternatives": Field(
                Table("alternative", ALTERNATIVE, at_least=2), "what can be recommended"
            )
        }
    ),
    "criteria.yaml": Record(
        {"criteria": Field(Table("criterion", CRITERION), "the respects in which they differ")}
    ),
    "scales.yaml": Record(
        {
            "strengths": Field(
                Table("strength", Share(inside=True)), "how much a preference counts, by its word"
            ),
            "verdicts": Field(
                Record(
                    {
                        "clear": Field(THRESHOLD, "what a clear verdict takes"),
                        "leaning": Field(THRESHOLD, "what a leaning takes"),
                    }
                ),
                "what each verdict takes",
            ),
        }
    ),
    "concepts.yaml": Record(
        {"concepts": Field(Table("concept", CONCEPT), "the facts that rules conclude")}
    ),
    "questions.yaml": Record(
        {
            "sections": Field(Table("section", SECTION), "the parts of the interview"),
            "questions": Field(
                Table("question", QUESTION, reserved=RESERVED_KEYS),
                "what is asked, in this order",
            ),
        }
    ),
    "statements.yaml": Record(
        {"statements": Field(Table("statement", STATEMENT), "what the source states, in its order")}
    ),
}
FOLDERS: Mapping[str, Record] = {
    "claims": Record({"claims": Field(Table("claim", CLAIM), "what rules rest on")}),
    "rules": Record({"rules": Field(Table("rule", RULE), "what follows from the answers")}),
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
        match complete:
            case Table():
                return replace(complete, at_least=0)
            case Record():
                return lying_over(complete)
            case _:
                return complete

    return Record(
        {
            key: replace(field, kind=kind(field.kind), optional=True)
            for key, field in shape.fields.items()
        }
    )


BASE_FILE = "base.yaml"  # what makes of a folder one that lies over the shipped knowledge
BASE = Record(
    {
        "extends": Field(Word(("shipped",)), "what the folder lies over"),
        "without": Field(
            Record(
                {
                    key: Field(
                        EntryNames(table.kind), f"the shipped {key} to leave out", optional=True
                    )
                    for key, table in tables()
                }
            ),
            "what is shipped and shall not count here",
            optional=True,
        ),
    }
)
