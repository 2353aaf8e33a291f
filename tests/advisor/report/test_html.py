"""The report as one HTML page: well-formed, complete, needing nothing, the same every time."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree

import pytest

from advisor.answers.sheet import Sheet, read_sheet
from advisor.consultation.consultation import Recommendation, consult
from advisor.report.recommendation.html.page import render
from advisor.report.session_file import finished_text
from advisor.wording import recommendation as words
from advisor.wording.quantities import percent
from probes.api import Finding, Outcome
from rules.loading.loader import load
from rules.model import KnowledgeBase
from rules.scoring.judgement import Verdict

from ...conftest import SOURCES, Program

EXAMPLES = Path(__file__).parents[3] / "examples"
WITH_JAX = EXAMPLES / "with-jax"
ANSWERS = EXAMPLES / "android-app.yaml"
KB = load()
VOID = {"meta"}  # elements of HTML that have no end tag, of those a report has
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
NASTY = [
    "Quotes \"double\", 'single' and `ticks`",
    "A colon: and # a hash, --- and ...",
    "*bold* _italic_ [link](https://x.example) | cell |",
    "<script>alert('x')</script> <!-- comment --> &lt;b&gt; <https://x.example>",
    "formula $x_1$ and $$y$$ and $\\frac{",
    "emoji 🦀👩‍🔬, 中文, combining e\u0301",
    "right to left אבג أحمد שלום",
    "</title></style></svg>]]>",
    "a title of three hundred characters " * 8 + "and a few mo",
    "x" * 300,
]
OPPOSITE = {Outcome.YES: Outcome.NO, Outcome.NO: Outcome.YES}


# Pages, and what is in them


@dataclass
class Element:
    """An element of a page with everything in it."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(one if isinstance(one, str) else one.text for one in self.children)

    def all(self, *tags: str) -> Iterator[Element]:
        """The element itself and those in it, of these kinds or of any."""
        if not tags or self.tag in tags:
            yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.all(*tags)

    def at(self, id: str) -> Element:
        (found,) = (one for one in self.all() if one.attributes.get("id") == id)
        return found


class Reader(HTMLParser):
    """Reads a page, and takes no end tag that does not end what was begun last."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("document")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> ends something else at {self.getpos()}"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(page: str) -> Element:
    reader = Reader()
    reader.feed(page)
    reader.close()
    (document,) = reader.open
    return document


def rows(table: Element) -> list[list[str]]:
    """The texts of a table's cells."""
    return [[cell.text for cell in row.all("th", "td")] for row in table.all("tr")]


def ids(page: Element) -> list[str]:
    return [one.attributes["id"] for one in page.all() if "id" in one.attributes]


# Recommendations of every kind


def answered(name: str, outcome: Outcome) -> Finding:
    return Finding(
        name,
        outcome,
        "it *ran* <b>and</b> the\nnumbers agree & more",
        1.25,
        evidence={"max_difference": 1.5e-08, "samples": 1000},
        versions={"torch": "2.13.0", "tensorflow": "2.21.0", "python": "3.11.7"},
        deprecations=("tf.lite.Interpreter: see https://ai.google.dev/edge/litert/migration",),
        taken="2020-02-03T04:05:06Z",
    )


def expected(kb: KnowledgeBase) -> Mapping[str, Outcome]:
    """What each probe answers where every claim that a rule rests on holds."""
    claims = [kb.claims[name] for rule in kb.rules.values() for name in rule.claims]
    return {claim.probe: Outcome(claim.expect) for claim in claims if claim.probe}


def confirmed(kb: KnowledgeBase) -> Callable[[Sequence[str]], Mapping[str, Finding]]:
    return lambda names: {name: answered(name, expected(kb)[name]) for name in names}


def refuted(kb: KnowledgeBase) -> Callable[[Sequence[str]], Mapping[str, Finding]]:
    return lambda names: {name: answered(name, OPPOSITE[expected(kb)[name]]) for name in names}


def unavailable(kb: KnowledgeBase) -> Callable[[Sequence[str]], Mapping[str, Finding]]:
    return lambda names: {name: answered(name, Outcome.UNAVAILABLE) for name in names}


def untried(kb: KnowledgeBase) -> Callable[[Sequence[str]], Mapping[str, Finding]]:
    return lambda names: {}


EITHER = Sheet(
    answers={"control_flow": ("varies",), "static_graph": ("wanted",), "training_loop": ("fit",)}
)
ONE_LEFT = Sheet(answers={"standard": ("pytorch_only",)})
ONE_CRITERION = Sheet(answers={"training_loop": ("fit",)})
SHEETS = {
    "either": EITHER,
    "one-left": ONE_LEFT,
    "one-criterion": ONE_CRITERION,
    **{path.stem: read_sheet(path, KB) for path in sorted(EXAMPLES.glob("*.yaml"))},
}
PROBERS = {
    "confirmed": confirmed,
    "refuted": refuted,
    "unavailable": unavailable,
    "untried": untried,
}


@dataclass(frozen=True)
class Report:
    recommendation: Recommendation
    page: str
    document: Element

    @classmethod
    def of(cls, recommendation: Recommendation) -> Report:
        page = render(recommendation)
        return cls(recommendation, page, parsed(page))


Reported: TypeAlias = Callable[[str, str], Report]


@pytest.fixture(scope="module")
def reported() -> Reported:
    """The report of a sheet by its name, with one kind of findings; each is made once."""
    made: dict[tuple[str, str], Report] = {}

    def report(name: str, prober: str) -> Report:
        if (name, prober) not in made:
            recommendation = consult(KB, SHEETS[name], PROBERS[prober](KB))
            made[name, prober] = Report.of(recommendation)
        return made[name, prober]

    return report


@pytest.fixture(scope="module")
def android(reported: Reported) -> Report:
    return reported("android-app", "confirmed")


@pytest.fixture(scope="module")
def jax() -> Report:
    kb = load(WITH_JAX)
    sheet = read_sheet(WITH_JAX / "answers" / "jax-on-tpus.yaml", kb)
    return Report.of(consult(kb, sheet, confirmed(kb)))


KINDS = [
    ("android-app", "confirmed"),
    ("android-app", "refuted"),
    ("android-app", "unavailable"),
    ("llm-research", "confirmed"),
    ("vision-server", "untried"),
    ("nothing-known", "untried"),
    ("ruled-out", "confirmed"),
    ("either", "confirmed"),
    ("one-left", "untried"),
    ("one-criterion", "confirmed"),
    ("with-jax", "confirmed"),
]


@pytest.fixture(params=KINDS, ids="-".join)
def report(request: pytest.FixtureRequest, reported: Reported, jax: Report) -> Report:
    name, prober = request.param
    return jax if name == "with-jax" else reported(name, prober)


def entitled(recommendation: Recommendation, title: str) -> Recommendation:
    """The same with this title for everything that a knowledge base names itself."""
    kb = recommendation.kb
    titled = replace(
        kb,
        alternatives={n: replace(one, title=title) for n, one in kb.alternatives.items()},
        criteria={n: replace(one, title=title) for n, one in kb.criteria.items()},
        claims={n: replace(one, says=title) for n, one in kb.claims.items()},
    )
    claims = {
        name: replace(weighed, claim=titled.claims[name])
        for name, weighed in recommendation.claims.items()
    }
    sheet = replace(recommendation.sheet, title=title)
    return replace(recommendation, kb=titled, sheet=sheet, claims=claims)


@pytest.fixture(scope="module", params=NASTY, ids=range(len(NASTY)))
def nasty(request: pytest.FixtureRequest, android: Report) -> tuple[str, Report]:
    return request.param, Report.of(entitled(android.recommendation, request.param))


@pytest.fixture
def session(android: Report, tmp_path: Path) -> Path:
    """The file of a finished session."""
    path = tmp_path / "team.session.yaml"
    path.write_text(finished_text(android.recommendation), encoding="utf-8")
    return path


# Its form


def test_every_element_ends_where_it_should(report: Report) -> None:
    assert [one.tag for one in report.document.all("html", "head", "body")] == [
        "html",
        "head",
        "body",
    ]


def test_drawings_are_well_formed_xml(report: Report) -> None:
    drawings = re.findall(r"<svg .*?</svg>", report.page, re.DOTALL)
    roots = [ElementTree.fromstring(drawing) for drawing in drawings]
    assert {root.get("role") for root in roots} <= {"img"}


def test_ids_are_unique(report: Report) -> None:
    found = ids(report.document)
    assert sorted(found) == sorted(set(found))


def test_links_lead_to_what_is_on_the_page(report: Report) -> None:
    links = {one.attributes["href"] for one in report.document.all() if "href" in one.attributes}
    assert links <= {f"#{id}" for id in ids(report.document)}


def test_references_of_drawings_lead_to_what_is_on_the_page(report: Report) -> None:
    referred = set(re.findall(r"url\(#([^)]*)\)", report.page))
    assert referred <= set(ids(report.document))


def test_it_is_ascii_which_no_pipe_can_spoil(report: Report) -> None:
    assert report.page.isascii()


def test_it_states_its_language_and_width(android: Report) -> None:
    (html,) = android.document.all("html")
    metas = {one.attributes.get("name"): one.attributes.get("content") for one in html.all("meta")}
    assert html.attributes["lang"] == "en"
    assert metas["viewport"] == "width=device-width, initial-scale=1"


# What it does without


def test_nothing_runs(report: Report) -> None:
    assert list(report.document.all("script", "iframe", "object", "embed", "form", "base")) == []


def test_no_attribute_runs_anything(report: Report) -> None:
    names = {name for one in report.document.all() for name in one.attributes}
    assert {name for name in names if name.startswith("on")} == set()


def test_nothing_is_fetched(report: Report) -> None:
    fetching = {"src", "srcset", "data", "poster", "action", "xlink:href", "ping"}
    names = {name for one in report.document.all() for name in one.attributes}
    assert names & fetching == set()


def test_style_fetches_nothing(android: Report) -> None:
    (style,) = android.document.all("style")
    assert not re.search(r"@import|url\(|https?:", style.text)


def test_policy_forbids_whatever_is_not_style(android: Report) -> None:
    policies = [
        one.attributes["content"]
        for one in android.document.all("meta")
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies == [POLICY]


def test_how_long_ago_something_was_found_is_left_out(android: Report) -> None:
    assert not re.search(r"\bago\b", android.document.text)
    assert "2020-02-03" in android.document.text


def test_no_clock_time_is_on_it(android: Report) -> None:
    assert not re.search(r"\d\d:\d\d", android.document.text)


def test_people_of_the_record_are_left_out(android: Report) -> None:
    sheet = replace(android.recommendation.sheet, people={"decision_makers": ("Ada Lovelace",)})
    assert render(replace(android.recommendation, sheet=sheet)) == android.page


# Its sections


def test_no_section_is_empty(report: Report) -> None:
    empty = [
        section.attributes["id"]
        for section in report.document.all("section")
        if section.text.strip() == next(section.all("h2")).text.strip()
    ]
    assert empty == []


def test_no_list_or_table_is_empty(report: Report) -> None:
    kinds = ("ul", "ol", "dl", "tbody", "details", "p", "li", "h2", "h3", "figure")
    assert [one.tag for one in report.document.all(*kinds) if not one.text.strip()] == []


def test_sections_come_in_order(android: Report) -> None:
    assert [heading.text for heading in android.document.all("h2")] == [
        "Share of all weightings under which each wins",
        "How the criteria speak",
        "For TensorFlow",
        "For PyTorch",
        "The stack",
        "What would change this",
        "Weights at which TensorFlow and PyTorch change places",
        "Works, but on the way out",
        "Where older advice is out of date",
        "The evidence, claim by claim",
        "How it was concluded, step by step",
        "The answers",
    ]


def test_contents_name_every_section(report: Report) -> None:
    (contents,) = report.document.all("nav")
    titles = [section.text for section in report.document.all("h2")]
    assert [link.text for link in contents.all("a")] == titles


@pytest.mark.parametrize(
    ("name", "prober", "verdict"),
    [
        ("android-app", "confirmed", Verdict.CLEAR),
        ("one-criterion", "confirmed", Verdict.LEANING),
        ("either", "confirmed", Verdict.EITHER),
        ("nothing-known", "untried", Verdict.UNDECIDED),
        ("ruled-out", "confirmed", Verdict.IMPOSSIBLE),
    ],
)
def test_headline_is_the_outcome_whatever_it_is(
    reported: Reported, name: str, prober: str, verdict: Verdict
) -> None:
    report = reported(name, prober)
    r = report.recommendation
    assert r.judgement.verdict is verdict
    assert [one.text for one in report.document.all("h1")] == [words.outcome(r.kb, r.judgement)]


def test_head_holds_every_sentence_of_the_outcome(report: Report) -> None:
    r = report.recommendation
    (header,) = report.document.all("header")
    told = [paragraph.text for paragraph in header.all("p")]
    sentences = [r.sheet.title, words.sureness(r), words.proof(r), words.open_ends(r)]
    sentences.append(words.turn(r) if r.withdrawn else "")
    assert told == [sentence for sentence in sentences if sentence]


def test_conflict_is_told_where_nothing_is_left(reported: Reported) -> None:
    first = next(reported("ruled-out", "confirmed").document.all("h2"))
    assert first.text == "These answers exclude each other"


def test_what_fell_is_told_with_the_outcome_before_and_after(reported: Reported) -> None:
    report = reported("android-app", "refuted")
    r = report.recommendation
    outcomes = [one.text for one in report.document.at("withdrawn").all("dd")]
    assert outcomes == [words.outcome(r.kb, r.written), words.outcome(r.kb, r.judgement)]


def test_what_could_not_be_tried_is_told(reported: Reported) -> None:
    report = reported("android-app", "unavailable")
    told = [one.text for one in report.document.at("untried").all("code")]
    assert told == list(report.recommendation.findings)


def test_every_deciding_rule_gives_its_reason(report: Report) -> None:
    reasons = {rule.because for rule in report.recommendation.deciding}
    assert {reason for reason in reasons if reason not in report.document.text} == set()


def test_every_answer_is_on_it(android: Report) -> None:
    r = android.recommendation
    (table,) = android.document.at("answers").all("table")
    assert rows(table)[1:] == [
        [r.kb.questions[name].ask, words.answer_in_words(r.kb, name, given)]
        for name, given in r.sheet.answers.items()
    ]


def test_changes_beyond_the_first_are_folded_and_there(jax: Report) -> None:
    section = jax.document.at("changes")
    changes = [one for one in section.all("li") if "If instead:" in one.text]
    assert len(changes) == len(jax.recommendation.flips) > 6


def test_tree_holds_what_was_found(android: Report) -> None:
    section = android.document.at("explanation").text
    assert (
        "Tried with python 3.11.7, tensorflow 2.21.0, torch 2.13.0: 1.2 s, 2020-02-03." in section
    )


def test_foot_says_what_it_was_made_with(android: Report) -> None:
    (foot,) = android.document.all("footer")
    assert KB.digest in foot.text
    assert "Found on 2020-02-03." in foot.text
    assert "python 3.11.7, tensorflow 2.21.0, torch 2.13.0" in foot.text


# The evidence


def test_every_claim_that_was_relied_on_has_a_row(report: Report) -> None:
    claims = {id.removeprefix("claim-") for id in ids(report.document) if id.startswith("claim-")}
    assert claims == set(report.recommendation.claims)


def test_every_row_says_how_the_claim_stands(report: Report) -> None:
    for name, weighed in report.recommendation.claims.items():
        row = report.document.at(f"claim-{name}").text
        assert weighed.status.value in row


def test_evidence_is_told_once_in_a_row(jax: Report) -> None:
    rows_of_claims = [jax.document.at(f"claim-{name}").text for name in jax.recommendation.claims]
    assert {row.count("max difference 1.5e-08") for row in rows_of_claims} == {0, 1}


def test_claim_stands_under_the_alternative_it_speaks_for(android: Report) -> None:
    cells = list(android.document.at("claim-tensorflow_converts_to_tflite").all("td"))
    assert [cell.text.startswith("✓ confirmed") for cell in cells] == [False, True]


def test_claim_for_two_alternatives_stands_under_both(jax: Report) -> None:
    cells = list(jax.document.at("claim-tpu_is_tensorflow_or_jax").all("td"))
    assert sum("for it" in cell.text for cell in cells) == 2


def test_marks_go_with_words(reported: Reported) -> None:
    marked = {
        one.text
        for prober in ("confirmed", "refuted", "unavailable")
        for one in reported("android-app", prober).document.all("span")
        if one.attributes.get("class", "").startswith("standing ")
    }
    assert marked == {"✓ confirmed", "✗ refuted", "? unverified"}


# The charts, and the numbers


def test_every_drawing_says_in_words_what_it_shows(report: Report) -> None:
    for drawing in report.document.all("svg"):
        names = drawing.attributes["aria-labelledby"].split()
        assert drawing.attributes["role"] == "img"
        assert all(report.document.at(name).text for name in names)


def test_drawings_are_there_for_wide_pages_and_for_narrow_ones(report: Report) -> None:
    layouts = [drawing.attributes["class"] for drawing in report.document.all("svg")]
    assert layouts == ["wide", "narrow"] * (len(layouts) // 2)


@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_scores_stand_in_the_chart(android: Report, layout: str) -> None:
    scores = android.recommendation.judgement.scores.values()
    wanted = {f"{score:+.2f}" for by in scores for score in by.values() if score}
    (drawing,) = (
        one
        for one in android.document.at("criteria").all("svg")
        if one.attributes["class"] == layout
    )
    assert wanted <= {one.text for one in drawing.all("text")}


def test_description_of_the_shares_says_the_numbers(android: Report) -> None:
    told = android.document.at("shares-wide-desc").text
    assert told == "TensorFlow 100 % and PyTorch 0 %."


def test_description_of_the_weights_says_the_numbers(reported: Reported) -> None:
    told = reported("either", "confirmed").document.at("weights-pytorch-wide-desc").text
    assert re.search(
        r"the lead is [+-]?\d\.\d\d at no weight and [+-]?\d\.\d\d at all of it;", told
    )


def test_there_is_a_chart_of_weights_for_each_rival(jax: Report) -> None:
    titles = [one.text for one in jax.document.all("h2") if "change places" in one.text]
    assert titles == [
        "Weights at which JAX and PyTorch change places",
        "Weights at which JAX and TensorFlow change places",
    ]


def test_nothing_is_compared_where_one_alternative_is_left(reported: Reported) -> None:
    page = reported("one-left", "untried").document
    assert not {"shares", "weights-tensorflow"} & set(ids(page))


def test_ruled_out_alternative_is_called_so_in_the_chart(reported: Reported) -> None:
    (drawing, _) = reported("ruled-out", "confirmed").document.at("criteria").all("svg")
    assert [one.text for one in drawing.all("text")].count("ruled out") == 2


def test_drawings_have_the_colours_of_the_page_alone(report: Report) -> None:
    colours = re.findall(r"(?:fill|stroke): ([^;\"]+)", "".join(
        one.attributes.get("style", "") + ";" for svg in report.document.all("svg")
        for one in svg.all()
    ))  # fmt: skip
    assert {one for one in colours if not one.startswith("var(--")} <= {"none"}


def test_every_colour_of_a_drawing_is_in_the_style_sheet(report: Report) -> None:
    used = set(re.findall(r"var\((--[\w-]+)\)", report.page))
    assert {name for name in used if f"{name}: " not in report.page} == set()


def test_numbers_are_those_of_the_json(program: Program) -> None:
    options = ("ask", "--answers", ANSWERS, "--no-probes", "--format")
    told = program(*options, "json").data["recommendation"]
    table = next(parsed(program(*options, "html").out).at("criteria").all("table"))
    in_json = [
        [
            KB.criteria[name].title,
            percent(told["weights"][name]),
            *(f"{by[name]:+.2f}" if by[name] else "0.00" for by in told["scores"].values()),
        ]
        for name in sorted(told["weights"], key=lambda name: -told["weights"][name])
    ]
    totals = ["Weighted total", "", *(f"{total:+.2f}" for total in told["totals"].values())]
    assert rows(table)[1:] == [*in_json, totals]


def test_shares_are_those_of_the_json(program: Program) -> None:
    answers = [f"--set={name}={given[0]}" for name, given in EITHER.answers.items()]
    options = ("ask", *answers, "--no-probes", "--format")
    told = program(*options, "json").data["recommendation"]["acceptability"]
    page = parsed(program(*options, "html").out)
    drawn = [one.text for one in next(page.at("shares").all("svg")).all("text")]
    assert {percent(share) for share in told.values()} <= set(drawn)


def test_turning_points_are_those_of_the_flips(program: Program, tmp_path: Path) -> None:
    answers = "".join(f"  {name}: {given[0]}\n" for name, given in EITHER.answers.items())
    (tmp_path / "team.yaml").write_text(f"answers:\n{answers}", encoding="utf-8")
    tipping = program("flips", "team.yaml", "--changes", "1", "--format", "json").data["tipping"]
    page = parsed(program("report", "team.yaml", "--format", "html").out)
    (table,) = page.at("weights-pytorch").all("table")
    points = {KB.criteria[one["criterion"]].title: percent(one["at"]) for one in tipping}
    assert {row[0]: row[2] for row in rows(table)[1:]} == points


def test_weight_that_changes_nothing_is_said_never_to(android: Report) -> None:
    (table,) = android.document.at("weights-pytorch").all("table")
    assert {row[2] for row in rows(table)[1:]} == {"never"}


# For whom it must be readable


def test_headings_descend_without_a_gap(report: Report) -> None:
    levels = [int(one.tag[1]) for one in report.document.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_heading_of_a_table_says_what_it_heads(report: Report) -> None:
    scopes = {one.attributes.get("scope") for one in report.document.all("th")}
    assert scopes <= {"row", "col"}


def test_every_table_has_a_caption(report: Report) -> None:
    captions = [next(table.all("caption")).text for table in report.document.all("table")]
    assert all(captions)


# Whatever people write


def test_nasty_title_comes_through_as_text(nasty: tuple[str, Report]) -> None:
    title, report = nasty
    (header,) = report.document.all("header")
    assert next(header.all("p")).text == title


def test_nasty_titles_of_a_knowledge_base_come_through_as_text(nasty: tuple[str, Report]) -> None:
    title, report = nasty
    (heading, *_) = report.document.at("evidence").all("thead")
    assert [one.text for one in heading.all("th")] == ["Claim", title, title]


def test_nasty_titles_are_no_markup(nasty: tuple[str, Report], android: Report) -> None:
    _, report = nasty
    kinds = {one.tag for one in report.document.all()}
    assert kinds == {one.tag for one in android.document.all()}


def test_nasty_titles_stand_in_the_descriptions_in_full(nasty: tuple[str, Report]) -> None:
    title, report = nasty
    assert title in report.document.at("criteria-narrow-desc").text


def test_nasty_titles_are_cut_in_drawings_where_they_do_not_fit(nasty: tuple[str, Report]) -> None:
    _, report = nasty
    texts = [one.text for drawing in report.document.all("svg") for one in drawing.all("text")]
    assert max(map(len, texts)) < 120


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x0c", "\x85", "\ud800"])
def test_characters_that_no_page_may_hold_are_written_out(android: Report, character: str) -> None:
    page = render(entitled(android.recommendation, f"a{character}b"))
    assert f"a{ascii(character)[1:-1]}b" in parsed(page).text


# The program


def test_page_stands_alone_on_stdout(program: Program, tmp_path: Path) -> None:
    run = program(
        *("ask", "--answers", ANSWERS, "--no-probes", "--format", "html"),
        XDG_CACHE_HOME=str(tmp_path / "new"),
    )
    assert (run.out[:15], run.out[-8:], run.err) == ("<!DOCTYPE html>", "</html>\n", "")


def test_same_bytes_whatever_the_hash_seed(run_process: Program, session: Path) -> None:
    options = ("report", session, "--format", "html")
    pages = {run_process(*options, PYTHONHASHSEED=seed).out for seed in ("0", "1", "4711")}
    assert len(pages) == 1


def test_same_bytes_in_another_process(
    run_process: Program, session: Path, android: Report
) -> None:
    assert run_process("report", session, "--format", "html").out == android.page


def test_cache_that_cannot_be_written_is_not_spoken_of(
    program: Program, session: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    run = program("report", session, "--format", "html", XDG_CACHE_HOME=str(tmp_path / "file"))
    assert (run.code, run.err) == (0, "")


def test_encoding_of_the_pipe_changes_nothing(
    program: Program, session: Path, android: Report
) -> None:
    run = program("report", session, "--format", "html", PYTHONIOENCODING="ascii")
    assert run.out == android.page


def test_headline_is_that_of_the_terminal(program: Program) -> None:
    options = ("ask", "--answers", ANSWERS, "--no-probes")
    (headline,) = parsed(program(*options, "--format", "html").out).all("h1")
    assert headline.text == program(*options).out.splitlines()[2]


def test_session_is_reported_as_it_was_when_it_was_asked(program: Program) -> None:
    asked = program("ask", "--answers", ANSWERS, "--no-probes", "--session", "s.yaml")
    assert program("report", "s.yaml").out == asked.out


def test_unproven_report_says_so_in_its_exit_code(program: Program) -> None:
    assert program("report", ANSWERS, "--format", "html").code == 4


def test_proven_report_ends_well(program: Program, session: Path) -> None:
    assert program("report", session).code == 0


def test_report_of_no_session_is_refused(program: Program) -> None:
    run = program("report", "none.yaml")
    assert (run.code, run.out) == (3, "")


def test_third_alternative_needs_its_knowledge_alone(program: Program) -> None:
    answers = WITH_JAX / "answers" / "jax-on-tpus.yaml"
    run = program("report", answers, "--kb", WITH_JAX, "--format", "html")
    (headline,) = parsed(run.out).all("h1")
    assert headline.text == "JAX, clearly"


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_no_library_draws(form: str) -> None:
    options = ["ask", "--set", "target=android", "--no-probes", "--format", form]
    script = (
        "import sys\n"
        "from advisor.cli.main import main\n"
        "sys.modules['matplotlib'] = None  # from here on importing it is an error\n"
        f"sys.exit(main({options!r}))"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=SOURCES, capture_output=True)
    assert run.returncode == 4


def test_no_dependency_draws() -> None:
    project = (SOURCES / "pyproject.toml").read_text(encoding="utf-8")
    assert "matplotlib" not in project
