"""The report in a browser: it fetches nothing, fits a phone, can be read in the dark and on paper.

Needs Playwright (the extra ``clients``) and a Chromium on the path, and is skipped without them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from advisor.answers.sheet import Sheet, read_sheet
from advisor.consultation.consultation import consult
from advisor.report.recommendation.html.page import render
from probes.api import Finding, Outcome
from rules.loading.loader import load

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = shutil.which("chromium")
EXAMPLES = Path(__file__).parents[2] / "examples"
WITH_JAX = EXAMPLES / "with-jax"
LONG = "framework-that-nobody-can-pronounce-or-break-" * 6
NASTY = f"<b>$x$</b> 🦀 أحمد {LONG}"
PAGES = ["android-app", "ruled-out", "nothing-known", "with-jax", "nasty"]
SCHEMES = ["light", "dark"]
WIDTHS = [360, 1280]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on the path")

# Elements with text of their own whose contrast with what is behind them is below WCAG 2.2 AA.
FAINT = """() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => {
    const [r, g, b] = parts(colour).slice(0, 3).map(value => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if ((parts(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const own = element => [...element.childNodes].some(
    node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const drawn = [...document.body.querySelectorAll("*:not(title, desc)")].filter(own);
  return drawn.flatMap(element => {
    const style = getComputedStyle(element);
    const colour = element.closest("svg") ? style.fill : style.color;
    const [a, b] = [light(colour), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    return ratio < (large ? 3 : 4.5) ? [`${element.outerHTML.slice(0, 80)} ${ratio}`] : [];
  });
}"""

# What stands out of the page to the right, other than inside a box that scrolls.
OUTSIDE = """() => [...document.body.querySelectorAll("*")]
  .filter(one => !one.closest(".scroll") && one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.outerHTML.slice(0, 80))"""

# Paragraphs and items that nobody sees, be it because a fold over them is closed.
UNSEEN = """() => [...document.querySelectorAll("main p, main li, main td")]
  .filter(one => !one.checkVisibility() && one.textContent.trim() !== "")
  .map(one => one.outerHTML.slice(0, 80))"""


def found(names: Sequence[str]) -> Mapping[str, Finding]:
    """A finding of each kind, one after the other."""
    kinds = (Outcome.YES, Outcome.NO, Outcome.UNAVAILABLE)
    return {
        name: Finding(
            name,
            kinds[place % 3],
            "the numbers were compared",
            1.0,
            evidence={"max_difference": 1.5e-08},
            versions={"torch": "2.13.0"},
            deprecations=("it will go away",),
            taken="2026-02-03T04:05:06Z",
        )
        for place, name in enumerate(names)
    }


def written(name: str) -> str:
    """The page of an example."""
    if name == "with-jax":
        kb = load(WITH_JAX)
        return render(consult(kb, read_sheet(WITH_JAX / "answers/jax-on-tpus.yaml", kb), found))
    kb = load()
    if name != "nasty":
        return render(consult(kb, read_sheet(EXAMPLES / f"{name}.yaml", kb), found))
    named = {id: replace(one, title=NASTY) for id, one in kb.alternatives.items()}
    ranked = {id: replace(one, title=NASTY) for id, one in kb.criteria.items()}
    answers = read_sheet(EXAMPLES / "vision-server.yaml", kb).answers
    kb = replace(kb, alternatives=named, criteria=ranked)
    return render(consult(kb, Sheet(NASTY, answers), found))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=PAGES)
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / f"{request.param}.html"
    path.write_text(written(request.param), encoding="ascii")
    return path


@pytest.fixture(params=[(scheme, width) for scheme in SCHEMES for width in WIDTHS])
def page(request: pytest.FixtureRequest, chromium: Any, file: Path) -> Iterator[Any]:
    """The page, opened without a network in one scheme and width; it keeps what it asked for."""
    scheme, width = request.param
    context = chromium.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 800}, offline=True
    )
    opened = context.new_page()
    opened.requests, opened.complaints = [], []
    opened.on("request", lambda asked: opened.requests.append(asked.url))
    opened.on("console", lambda said: opened.complaints.append(said.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.goto(file.as_uri(), wait_until="load")
    yield opened
    context.close()


def test_browser_has_nothing_to_complain_of(page: Any) -> None:
    assert page.complaints == []


def test_nothing_is_asked_for_but_the_file_itself(page: Any, file: Path) -> None:
    assert page.requests == [file.as_uri()]


def test_page_is_no_wider_than_the_window(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_nothing_stands_out_of_the_window(page: Any) -> None:
    assert page.evaluate(OUTSIDE) == []


def test_opened_folds_do_not_stand_out_of_the_window_either(page: Any) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.evaluate(OUTSIDE) == []


def test_all_text_contrasts_with_what_is_behind_it(page: Any) -> None:
    assert page.evaluate(FAINT) == []


def test_one_drawing_of_each_pair_is_shown(page: Any) -> None:
    shown = page.evaluate(
        "() => [...document.querySelectorAll('.chart')].map(chart =>"
        " [...chart.querySelectorAll('svg')].filter(one => one.checkVisibility()).length)"
    )
    assert set(shown) <= {1}


def test_folds_are_closed_on_screen(page: Any) -> None:
    assert page.evaluate(UNSEEN) != []


def test_paper_shows_what_folds_hide(page: Any) -> None:
    page.emulate_media(media="print")
    assert page.evaluate(UNSEEN) == []


def test_text_on_paper_contrasts_with_it(page: Any) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(FAINT) == []


def test_schemes_differ(chromium: Any, file: Path) -> None:
    backgrounds = set()
    for scheme in SCHEMES:
        context = chromium.new_context(color_scheme=scheme, offline=True)
        opened = context.new_page()
        opened.goto(file.as_uri())
        backgrounds.add(opened.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert len(backgrounds) == 2
