"""Ways to change the text of a record, by class: see :mod:`record_mutants`."""

from __future__ import annotations

import re
from random import Random

from record_mutants import Forgery, MutationClass
from record_phrases import (
    ALIKE,
    CHOICES,
    ENTITIES,
    FOOTNOTES,
    HTML,
    IMITATIONS,
    INVISIBLE,
    MARKS,
    PICTURES,
)


def blocks(text: str) -> list[int]:
    """Where a block of the body may be put in: after each empty line behind the title."""
    start = text.index("\n# ")
    return [m.end() for m in re.finditer(r"\n\n", text) if m.end() > start]


def insert(forgery: Forgery, generator: Random, block: str) -> str:
    place = generator.choice(blocks(forgery.text))
    before = forgery.text[:place].rstrip().rsplit("\n", 1)[-1]
    forgery.text = f"{forgery.text[:place]}{block}\n\n{forgery.text[place:]}"
    return f"{block!r} after {before[:40]!r}"


def lines_of(forgery: Forgery) -> tuple[list[str], list[int]]:
    """The lines, and the numbers of those that hold sealed text."""
    lines = forgery.text.split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith("## "))
    return lines, [n for n in range(start, len(lines)) if lines[n].strip()]


def _one_line(forgery: Forgery, generator: Random, pattern: str = "") -> tuple[list[str], int]:
    lines, sealed = lines_of(forgery)
    return lines, generator.choice([n for n in sealed if re.match(pattern, lines[n])])


def word(forgery: Forgery, generator: Random) -> str:
    lines, number = _one_line(forgery, generator)
    before = lines[number]
    words = re.findall(r"[A-Za-z0-9]{2,}", before)
    if not words or "again by" in before:
        return ""
    one = generator.choice(words)
    after = generator.choice([one[::-1], f"{one}s", "", "not", one.swapcase(), f"no {one}"])
    lines[number] = re.sub(rf"\b{one}\b", after, before, count=1)
    forgery.text = "\n".join(lines)
    return "" if lines[number] == before else f"{before[:60]!r}: {one!r} -> {after!r}"


def line_removed(forgery: Forgery, generator: Random) -> str:
    lines, number = _one_line(forgery, generator)
    removed = lines.pop(number)
    forgery.text = "\n".join(lines)
    return f"without {removed[:60]!r}"


def line_doubled(forgery: Forgery, generator: Random) -> str:
    lines, number = _one_line(forgery, generator)
    _, other = _one_line(forgery, generator)
    ending = [""] if not lines[number].startswith("*") else []
    lines[other + 1 : other + 1] = [*ending, lines[number], *ending]
    forgery.text = "\n".join(lines)
    return f"{lines[number][:50]!r} once more after {lines[other][:40]!r}"


def lines_swapped(forgery: Forgery, generator: Random) -> str:
    lines, first = _one_line(forgery, generator, r"[^#]")
    _, second = _one_line(forgery, generator, r"[^#]")
    if lines[first] == lines[second]:
        return ""
    if {lines[first][:9], lines[second][:9]} & {"Evidence:", "Look at t"}:
        return ""  # the order of these two among their neighbours is left free
    lines[first], lines[second] = lines[second], lines[first]
    forgery.text = "\n".join(lines)
    return f"{lines[second][:40]!r} <-> {lines[first][:40]!r}"


def html_block(forgery: Forgery, generator: Random) -> str:
    return insert(forgery, generator, generator.choice(HTML))


def html_inline(forgery: Forgery, generator: Random) -> str:
    lines, number = _one_line(forgery, generator, r"[^#]")
    tag = generator.choice(["<del>", "<span hidden>", "<!-- -->", "<b>", "<sub>", "<a href='x'>"])
    words = lines[number].split(" ")
    words.insert(generator.randrange(1, len(words) + 1), tag)
    lines[number] = " ".join(words)
    forgery.text = "\n".join(lines)
    return lines[number][:80]


def _in_a_word(forgery: Forgery, generator: Random, what: str) -> str:
    lines, number = _one_line(forgery, generator)
    places = [m.start() + 1 for m in re.finditer(r"[A-Za-z]{2}", lines[number])]
    if not places or "`" in lines[number]:
        return ""
    place = generator.choice(places)
    lines[number] = lines[number][:place] + what + lines[number][place:]
    forgery.text = "\n".join(lines)
    return ascii(lines[number][max(0, place - 30) : place + 30])


def entity(forgery: Forgery, generator: Random) -> str:
    return _in_a_word(forgery, generator, generator.choice(ENTITIES))


def invisible(forgery: Forgery, generator: Random) -> str:
    return _in_a_word(forgery, generator, generator.choice(INVISIBLE))


def invisible_added(forgery: Forgery, generator: Random) -> str:
    seen = ("&#xD800;", "&#0;")  # which readers show as a box
    character = generator.choice([*INVISIBLE, *(one for one in ENTITIES if one not in seen)])
    where = generator.choice(["Our {}own words.", "<!-- {} -->", "## Our{} notes\n\nSome."])
    if where.startswith("<!--") and character in ENTITIES:
        return ""  # which is none within a comment
    return ascii(insert(forgery, generator, where.format(character)))


def alike(forgery: Forgery, generator: Random) -> str:
    lines, number = _one_line(forgery, generator)
    places = [n for n, character in enumerate(lines[number]) if character in ALIKE]
    if not places or "again by" in lines[number]:
        return ""
    place = generator.choice(places)
    before = lines[number]
    lines[number] = before[:place] + ALIKE[before[place]] + before[place + 1 :]
    forgery.text = "\n".join(lines)
    return ascii(lines[number][max(0, place - 30) : place + 30])


def _headings(text: str) -> list[str]:
    return re.findall(r"(?m)^##+ .*$", text)


def heading_alike(forgery: Forgery, generator: Random) -> str:
    heading = generator.choice(_headings(forgery.text))
    letters = [c for c in heading if c in ALIKE]
    other = heading.replace(letter := generator.choice(letters), ALIKE[letter])
    other = generator.choice([other, heading, heading.upper(), f"{heading} ", f"{heading} ##"])
    return ascii(insert(forgery, generator, f"{other}\n\nPyTorch after all."))


def heading_changed(forgery: Forgery, generator: Random) -> str:
    heading = generator.choice(_headings(forgery.text))
    other = generator.choice(
        [f"#{heading}", heading[1:], f"{heading}, refuted", f"> {heading}", ""]
    )
    return forgery.replace(f"\n{heading}\n", f"\n{other}\n")


def heading_above(forgery: Forgery, generator: Random) -> str:
    """A heading that takes what was sealed under itself."""
    lines, sealed = lines_of(forgery)
    heading = generator.choice(["# Refuted", "## Refuted", "### Refuted", "#### Refuted"])
    numbers = [n for n in sealed if not lines[n].startswith("## ") or heading[:3] == "# R"]
    number = generator.choice([n for n in numbers if lines[n - 1] == "" and lines[n][0] != "#"])
    lines[number:number] = [heading, ""]
    forgery.text = "\n".join(lines)
    return f"{heading!r} above {lines[number + 2][:50]!r}"


def heading_between(forgery: Forgery, generator: Random) -> str:
    title = re.findall(r"(?m)^### (?:PyTorch|TensorFlow)$", forgery.text)[0]
    above = generator.choice(["## Refuted", "## Refuted\n\nAll of this.", "### Refuted", "# No"])
    return forgery.replace(f"\n{title}\n", f"\n{above}\n\n{title}\n")


def link(forgery: Forgery, generator: Random) -> str:
    bundle = re.search(r"\]\(([^)]*\.evidence\.zip)\)", forgery.text)
    assert bundle is not None
    name = bundle[1]
    return forgery.replace(
        *generator.choice(
            [
                (f"]({name})", f"](https://example.org/{name})"),
                (f"]({name})", f"](../{name})"),
                (f"]({name})", f"]({name}?raw=1)"),
                (f"[{name}]", "[other.evidence.zip]"),
                (f"verify {name.split('.')[0]}", "verify 0099-other"),
                ("`advisor record verify", "`advisor record list"),
                ("--rerun`", "--rerun; rm -rf ~`"),
                ("`advisor record due`", "[`advisor record due`](https://example.org)"),
                ("Confidence: ", "[Confidence](https://example.org): "),
                ("Chosen option", "[Chosen option](https://example.org)"),
                ("* PyTorch", "* [PyTorch](https://pytorch.org)"),
                ("* PyTorch", "* ![PyTorch](https://example.org/tensorflow.png)"),
            ]
        )
    )


def seal(forgery: Forgery, generator: Random) -> str:
    place = forgery.text.index(forgery.seal) + generator.randrange(64)
    other = "f" if forgery.text[place] != "f" else "0"
    forgery.text = forgery.text[:place] + other + forgery.text[place + 1 :]
    return "a digit of the hash"


def _another(forgery: Forgery, text: str) -> str:
    """The text, which names PyTorch, with the option in its place that was not chosen."""
    return text.replace("PyTorch", "TensorFlow") if '"PyTorch", because' in forgery.text else text


def second_choice(forgery: Forgery, generator: Random) -> str:
    return ascii(insert(forgery, generator, _another(forgery, generator.choice(CHOICES))))


def imitation(forgery: Forgery, generator: Random) -> str:
    block = generator.choice(IMITATIONS)
    if generator.random() < 0.3:
        sealed = re.findall(r"(?m)^\* .*(?:\? |, weight ).*$", forgery.text)
        block = re.sub(r"(?<=\? ).*|(?<=weight )\d+", "99", generator.choice(sealed))
        if block in forgery.text:
            return ""
    return ascii(insert(forgery, generator, block))


def option_added(forgery: Forgery, generator: Random) -> str:
    return forgery.replace("\n* TensorFlow\n", "\n* TensorFlow\n* JAX\n")


def structure(forgery: Forgery, generator: Random) -> str:
    lines, number = _one_line(forgery, generator, r"[^#]")
    line = lines[number]
    changes = [f"> {line}", f"    {line}", f"~~{line}~~", f"## {line}", f"    \n~~~\n{line}\n~~~"]
    if line.startswith("* "):
        item = line[2:]
        changes += [f"1. {item}", f"{item}", f"* x\n  * {item}", f"* [ ] {item}", f"  * > {item}"]
        changes += [
            f"{line}\n\n  Refuted since.",
            f"{line}\n  * Refuted since.",
            f"{line} Refuted.",
        ]
    lines[number] = generator.choice(changes)
    forgery.text = "\n".join(lines)
    return f"{line[:40]!r} -> {lines[number][:60]!r}"


def leading(forgery: Forgery, generator: Random) -> str:
    lines, sealed = lines_of(forgery)
    numbers = [n for n in sealed if lines[n - 1] == "" and not lines[n].startswith("#")]
    after_colon = [n for n in numbers if lines[n - 2].endswith(":")]
    number = generator.choice(numbers)
    words = generator.choice(["Refuted since:", "**No longer true:**", "Not so \u2026"])
    if after_colon and generator.random() < 0.5:
        number, words = generator.choice(after_colon), "Nothing."
    lines[number:number] = [words, ""]
    forgery.text = "\n".join(lines)
    return f"{words!r} before {lines[number + 2][:40]!r}"


def confirmation(forgery: Forgery, generator: Random) -> str:
    start = forgery.text.index("Run `advisor")
    end = forgery.text.index("\n", start)
    words = forgery.text[start:end].split(" ")
    number = generator.randrange(len(words))
    before = words[number]
    words[number] = generator.choice(["", "not", before[::-1] + "x", before + "&shy;"])
    forgery.text = forgery.text[:start] + " ".join(words) + forgery.text[end:]
    return f"Confirmation: {before!r} -> {words[number]!r}"


def front_key(forgery: Forgery, generator: Random) -> str:
    line = generator.choice(
        [
            *(
                "Status: rejected",
                "STATUS: rejected",
                "st\u0430tus: rejected",
                "D\u0430te: 1999-01-01",
            ),
            *('"stat\\u200bus": rejected', "status\u00ad: rejected", "\uff53tatus: rejected"),
            *("Decision-Makers: [Eve]", "status: rejected", '"status": rejected'),
        ]
    )
    return ascii(forgery.replace("---\n", f"---\n{line}\n"))


def front_value(forgery: Forgery, generator: Random) -> str:
    other = generator.choice(
        [
            '"prop\\u200bosed"',
            "prop\u200bosed",
            "pr\u03bfposed",
            '"\\u202edesoporp"',
            "propo\u00adsed",
        ]
    )
    return ascii(forgery.replace("status: proposed", f"status: {other}"))


def title(forgery: Forgery, generator: Random) -> str:
    line = re.findall(r"(?m)^# .*$", forgery.text)[0]
    other = generator.choice(
        ["", "## No title", "# <del>No</del>", '# Chosen option: "PyTorch"', f"{line}\n\n# Another"]
    )
    return forgery.replace(f"\n{line}\n", f"\n{other}\n")


def nested(forgery: Forgery, generator: Random) -> str:
    """What some parsers leave out, for it is nested too deep."""
    deep = generator.choice(
        [">" * generator.randrange(6, 50), "* " * generator.randrange(6, 30), "> * " * 12]
    )
    return insert(forgery, generator, f"{deep} Words.\n\n<!-- -->")


def footnote(forgery: Forgery, generator: Random) -> str:
    return insert(forgery, generator, generator.choice(FOOTNOTES))


def mark(forgery: Forgery, generator: Random) -> str:
    return insert(forgery, generator, generator.choice(MARKS))


def picture(forgery: Forgery, generator: Random) -> str:
    return insert(forgery, generator, generator.choice(PICTURES))


def front_choice(forgery: Forgery, generator: Random) -> str:
    lines = (
        *("chosen option: PyTorch, because we say so", "decision: PyTorch", "Picked: [PyTorch]"),
        *('title: "Decision: PyTorch"', "title: We use PyTorch", "our: {decision: PyTorch}"),
        'note: "Chosen option: PyTorch"',
    )
    line = _another(forgery, generator.choice(lines))
    return forgery.replace("---\n", f"---\n{line}\n")


def front_end(forgery: Forgery, generator: Random) -> str:
    return forgery.replace("\n---\n", f"\n...{generator.choice(['', ' '])}\n")


def front_misplaced(forgery: Forgery, generator: Random) -> str:
    """A part above the body that only some readers take for front matter."""
    above = generator.choice(["\n", "<!-- a -->\n", "\n---\nx: y\n---\n"])
    forgery.text = above + forgery.text
    return f"{above!r} above the front matter"


def title_of_another(forgery: Forgery, generator: Random) -> str:
    line = re.findall(r"(?m)^# .*$", forgery.text)[0]
    other = _another(forgery, "PyTorch")
    used = "PyTorch" if other == "TensorFlow" else "TensorFlow"
    titles = (f"Decision: {other}", f"Use {other}", f"{other}, not {used}", f"{other} over {used}")
    return forgery.replace(f"\n{line}\n", f"\n# {generator.choice(titles)}\n")


TEXT = (
    MutationClass("a word of a sealed sentence, in any section", word),
    MutationClass("a sealed line removed", line_removed),
    MutationClass("a sealed line said twice", line_doubled),
    MutationClass("two sealed lines swapped", lines_swapped),
    MutationClass("HTML as a block", html_block),
    MutationClass("HTML within a line", html_inline),
    MutationClass("an entity within a word", entity),
    MutationClass("an invisible character within a word", invisible),
    MutationClass("an invisible character in what is added", invisible_added),
    MutationClass("a look-alike letter", alike),
    MutationClass("a heading once more, or one like it", heading_alike),
    MutationClass("a sealed heading changed", heading_changed),
    MutationClass("a heading above sealed text", heading_above),
    MutationClass("a heading between a sealed one and its own", heading_between),
    MutationClass("where a link or a command leads", link),
    MutationClass("the hash of the evidence", seal),
    MutationClass("a second choice", second_choice),
    MutationClass("what reads like the evidence", imitation),
    MutationClass("an option that was not considered", option_added),
    MutationClass("lists, quotations and code around sealed text", structure),
    MutationClass("what leads into sealed text", leading),
    MutationClass("the text of Confirmation", confirmation),
    MutationClass("a key of the front matter that reads like another", front_key),
    MutationClass("a status that reads like another", front_value),
    MutationClass("the title gone, doubled or marked up", title),
    MutationClass("what is nested too deep", nested),
    MutationClass("a footnote", footnote),
    MutationClass("a mark of another reader", mark),
    MutationClass("images, diagrams and titles of links", picture),
    MutationClass("a choice in the front matter", front_choice),
    MutationClass("another end of the front matter", front_end),
    MutationClass("front matter that is not on line 1", front_misplaced),
    MutationClass("a title that names another option", title_of_another),
)
