"""Changes of a record that are people's own: see :mod:`record_mutants`."""

from __future__ import annotations

import re
from random import Random

from record_mutants import Forgery, MutationClass
from record_phrases import OWN_WORDS
from record_text_mutants import insert, lines_of


def own_front_matter(forgery: Forgery, generator: Random) -> str:
    return forgery.replace(
        *generator.choice(
            [
                ("status: proposed", "status: accepted"),
                ("status: proposed", "status: superseded by ADR-0042"),
                ("date: 2026", "date: 2027"),
                ("status: proposed\n", "status: proposed\ntags: [ml]\n"),
                ("status: proposed\n", "status: proposed\ninformed: [Hedy]\n"),
                ("status: proposed\n", "status: proposed\ntitle: PyTorch or TensorFlow\n"),
            ]
        )
    )


def own_title(forgery: Forgery, generator: Random) -> str:
    line = re.findall(r"(?m)^# .*$", forgery.text)[0]
    other = generator.choice(
        ["# The framework of our app", "# PyTorch or TensorFlow", f"{line} (2026)"]
    )
    return forgery.replace(f"\n{line}\n", f"\n{other}\n")


def own_day(forgery: Forgery, generator: Random) -> str:
    match = re.search(r"again by (\S+),", forgery.text)
    assert match is not None
    return forgery.replace(match[0], f"again by 20{generator.randrange(27, 99)}-01-15,")


def own_words(forgery: Forgery, generator: Random) -> str:
    words = generator.choice(OWN_WORDS)
    lines, sealed = lines_of(forgery)
    numbers = [n for n in sealed if lines[n - 1] == "" and not lines[n - 2].endswith(":")]
    options = next(n for n in sealed if lines[n] == "## Considered Options")
    number = generator.choice([n for n in numbers if n not in (options, options + 2)])
    outcome = lines.index("## Decision Outcome")
    if words.startswith(("* ", "1. ")) and options < number <= outcome:
        return ""  # it would be an option
    lines[number:number] = [words, ""]
    forgery.text = "\n".join(lines)
    return f"{words!r} before {lines[number + 2][:40]!r}"


def own_section(forgery: Forgery, generator: Random) -> str:
    heading = generator.choice(["## Our notes", "## Costs", "### Who does what"])
    where = generator.choice(["\n## Decision Drivers\n", "\n## More Information\n"])
    return forgery.replace(where, f"\n{heading}\n\nSome words of ours.\n{where}")


def own_comment(forgery: Forgery, generator: Random) -> str:
    comments = ["<!-- to be read again -->", "<!--\nTwo lines, <b>marked up</b>.\n-->", "<!---->"]
    return insert(forgery, generator, generator.choice(comments))


def own_layout(forgery: Forgery, generator: Random) -> str:
    what = generator.choice(["bullets", "CRLF", "spaces", "wrapped", "bold", "rule", "setext"])
    text = forgery.text
    match what:
        case "bullets":
            text = re.sub(r"(?m)^\* ", "- ", text)
        case "CRLF":
            text = text.replace("\n", "\r\n")
        case "spaces":
            text = re.sub(r"(?m)^(#+) ", r"\1   ", text).replace("\n\n", "\n\n\n")
        case "wrapped":
            text = text.replace(", because ", ",\n  because ")
        case "bold":
            text = text.replace("Chosen option:", "**Chosen option:**")
        case "rule":
            text = text.replace("\n## More Information", "\n***\n\n## More Information")
        case _:
            text = re.sub(r"(?m)^## (.*)$", r"\1\n---", text)
    forgery.text = text
    return what


def own_name(forgery: Forgery, generator: Random) -> str:
    bundle = re.search(r"\]\(([^)]*)\.evidence\.zip\)", forgery.text)
    assert bundle is not None
    forgery.name = generator.choice([f"{bundle[1]}.md", "0042-other.md", "decision.md"])
    forgery.bundle = f"{bundle[1]}.evidence.zip"
    return f"the record as {forgery.name}"


OWN = (
    MutationClass("status, date, people, fields of one's own", own_front_matter, "people decide"),
    MutationClass("other words in the title", own_title, "people name their decisions"),
    MutationClass("another day to look again", own_day, "people set it"),
    MutationClass("paragraphs, items, quotations, code of people's own", own_words, "they add"),
    MutationClass("a section of people's own", own_section, "it stands beside what was sealed"),
    MutationClass("a pure comment", own_comment, "no reader sees it, or less because of it"),
    MutationClass("another layout of the same Markdown", own_layout, "a reader sees the same"),
    MutationClass("another name of the record", own_name, "its evidence is found by the link"),
)
