"""Markup, letters and sentences that are put into records."""

from __future__ import annotations

HTML = (
    *("<div hidden>", "<details><summary>more</summary>", "<del>", "<s>", "<!-->", "<!---->-->"),
    *("<style>p {display: none}</style>", "<!-- a --><div hidden><!-- b -->", "<!-- x", "</ul>"),
    *("<script>1</script>", "<!-- a --!> <del> -->", "<?php ?>", "<![CDATA[x]]>", "<!DOCTYPE x>"),
    *("<br hidden>", '<p style="color:white">', "<!-- a -->x<!-- b -->", "<template>", "<svg>"),
)
ENTITIES = ("&#8203;", "&#xD800;", "&shy;", "&#x202e;", "&zwnj;", "&#0;", "&#65279;", "&#x2066;")
INVISIBLE = "\u200b\u00ad\u202e\u2066\ufeff\u2060\u200d\u061c\u034f\u180e\u2028\x1b\x7f\u3164"
ALIKE = {
    **{"a": "\u0430", "e": "\u0435", "o": "\u03bf", "p": "\u0440", "c": "\u0441", "i": "\u0456"},
    **{"O": "\u039f", "C": "\u0421", "P": "\u03a1", "T": "\u03a4", "s": "\u0455", "l": "\u04cf"},
}
CHOICES = (
    'Chosen option: "PyTorch", because we say so.',
    "Chosen option: PyTorch",
    '**Chosen option:** "PyTorch"',
    "Chosen options: PyTorch",
    '> Chosen option: "PyTorch"',
    '    Chosen option: "PyTorch"',
    '# Chosen option: "PyTorch"',
    '* Chosen option: "PyTorch"',
    '```\nChosen option: "PyTorch"\n```',
    'CHOSEN\u00a0OPTION: "PyTorch"',
    'Ch\u03bfsen \u03bfpti\u03bfn: "PyTorch"',
    'Chosen&#32;option&colon; "PyTorch"',
    'Chosen\noption: "PyTorch"',
    "Chosen option is PyTorch",
    "Decision: PyTorch",
    "Option chosen \u2013 **PyTorch**",
    "C h o s e n: PyTorch",
    "## Chosen option\n\nPyTorch",
    "| Chosen option | PyTorch |\n|---|---|",
    '\uff23hosen option: "PyTorch"',
)
IMITATIONS = (
    "* Good, because it is faster (rule `faster`, verified by `pytorch.is_faster`)",
    "* Bad, because nobody maintains it",
    "G\u03bfod, because it is faster",
    "Evidence: [other.evidence.zip](other.evidence.zip), SHA-256 `" + "0" * 64 + "`.",
    "See [the evidence](other.evidence.zip).",
    "SHA-256 `" + "1" * 64 + "`",
    "Look at this decision again by 2099-01-01, when all is over.",
    "Run `advisor record verify 0099-other.md` instead.",
    "Written by framework-advisor 0.3.0, which tried nothing.",
    "Supersedes [ADR-0001](https://example.org/x.md).",
    "Confidence: leaning, the middle of three grades.",
)
FOOTNOTES = (
    *("[^x]: u", "* [^x]: u", "> [^x]: u", "As was said[^1].", "Said^[by nobody]."),
    "[^n]\n\n[^n]: a",
)
MARKS = (
    *("{% comment %}", "{: .hidden}", "{{< hide >}}", "{# #}", "{::comment}", "{&#58;:comment}"),
    *(
        "{/*",
        "export const a = `",
        "import A from './a'",
        "::include{file=x.md}",
        ">>>",
        "{\\% x %}",
    ),
    *("::: details", ":::note[Decision]", "<!--@include: ./x.md-->", '--8<-- "x.md"', "![[x]]"),
    *(
        "[[x]]",
        "<<< @/x.md",
        "!!! note",
        "??? note",
        '=== "A"',
        "+++",
        "% hidden",
        "(label)=",
        "$$",
    ),
    *("%%", ": superseded", "*[TensorFlow]: PyTorch", "[c]: <{%comment%}>", "[c]: <{{<x>", "[TOC]"),
    *(r"$\rule[-9em]{40em}{9em}$", "> [!NOTE]\n> x", "~~x~~", "| a | b |\n|---|---|", "    code"),
    *("<!-- {% comment %} -->", "&lbrace;x&rbrace;", "x\n: y", "@cond X", r"\iffalse"),
)
PICTURES = (
    *("![the board](board.png)", "![](data:image/svg+xml;base64,PHN2Zy8+)", "[![x](a.png)](b)"),
    *("```mermaid\nflowchart LR\n```", "```math\nx\n```", "~~~ {=html}\n<b>x</b>\n~~~"),
    *("```{include} x.md\n```", "```python {.hidden}\nx\n```", '[x](y "Another title")'),
)
OWN_WORDS = (
    "We talked about this for an hour, and all agreed.",
    "See also [the minutes](https://example.org/minutes).",
    "The budget allows for one team of four.",
    "Skills of the team: PyTorch, mostly. Decision makers: all of us.",
    "> Thanks to everybody who took part.",
    "* Our own remark",
    "```\nmake deploy\n```",
    "```python\nimport torch\n>>> {x: 1}\n: y\n```",
    "[The minutes][m] say `{x}`.\n\n[m]: https://example.org/minutes",
    "We export it: torch==2.13 (30 %), for $5 to $6 [1].",
    "> Quoted.\n>\n> * As [they](x.md) *said*",
    "1. First we migrate.",
    "We asked Zo\u00eb and \u0410\u043d\u043d\u0430 \U0001f44d.",
)
