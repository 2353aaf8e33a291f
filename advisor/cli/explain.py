"""``advisor explain``: why a question is asked, how it was concluded, why not otherwise."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from advisor.cli.command import DONE, Commands, add_command
from advisor.cli.options import add_session, revisited, same_knowledge, whole_number
from rules.diagnostics import InputError, Problem, SourceLocation, cut, hint, printable, quoted

if TYPE_CHECKING:  # imported when needed: other commands should not wait for them
    from advisor.consultation.consultation import Recommendation
    from rules.analysis.traces import Step

DESCRIPTION = """\
Explain a consultation from its session, or from an answers file. Nothing is run.
Without a choice: how it was concluded, why not the others, what could change it.
"""

EPILOG = """\
examples:
  advisor explain team.session.yaml
  advisor explain team.session.yaml --how android_tflite
  advisor explain team.session.yaml --why-not pytorch --depth 4
  advisor explain team.session.yaml --why standard
"""


def add_parser(commands: Commands) -> None:
    parser = add_command(
        commands,
        "explain",
        run,
        help="how a recommendation was concluded, why not otherwise, why a question is asked",
        description=DESCRIPTION,
        epilog=EPILOG,
    )
    add_session(parser)
    choice = parser.add_argument_group("what to explain").add_mutually_exclusive_group()
    choice.add_argument("--why", metavar="QUESTION", help="why this question is asked")
    choice.add_argument(
        "--how",
        metavar="NAME",
        nargs="?",
        const="",
        help="how the outcome was concluded, or what became of this rule, criterion or concept",
    )
    choice.add_argument(
        "--why-not",
        metavar="NAME",
        help="why not this alternative, or why this rule did not fire",
    )
    depth = whole_number("a number of levels", 1, 99)
    help = "how many levels of reasons to show"
    parser.add_argument("--depth", metavar="N", type=depth, help=help)


def run(options: argparse.Namespace) -> int:
    from advisor.report import explanation
    from advisor.report.toolkit.wrapping import standard_output

    session = revisited(options)
    step, depth = _explain(session.recommendation, options)
    if not session.tried:
        message = f"from written knowledge only: {options.session} holds no findings"
        print(printable(message), file=sys.stderr)
    if options.format == "json":
        print(explanation.as_json(step, options.depth), end="")
        return DONE
    console = standard_output()
    if step.kind == explanation.OVERVIEW:
        explanation.render_overview(step, console, depth)
        _tell_what_to_ask(session.recommendation, options)
    else:
        explanation.render(step, console, depth or explanation.EVERYTHING)
    return DONE


def _explain(r: Recommendation, options: argparse.Namespace) -> tuple[Step, int | None]:
    """What was asked for, and how many levels of it to show, None where its parts differ in that.

    Raises InputError for a name nobody knows.
    """
    from advisor.explanation.how import how
    from advisor.explanation.overview import overview
    from advisor.explanation.why import why

    if options.why is not None:
        name = _known(f"--why {options.why}", options.why, "question", r.kb.questions)
        return why(r, name), options.depth or 3
    if options.why_not is not None:
        step = _why_not(r, options.why_not)
        return step, options.depth or (6 if step.kind == "rule" else 2)
    if options.how == "":
        return how(r), options.depth or 3
    if options.how is not None:
        return _how(r, options.how), options.depth or 6
    return overview(r), options.depth


def _how(r: Recommendation, name: str) -> Step:
    """Of a criterion, a concept or a rule, looked for in this order."""
    from advisor.explanation.how import how_concept, how_criterion, how_rule

    if name in r.kb.criteria:
        return how_criterion(r, name)
    if name in r.kb.concepts:
        return how_concept(r, name)
    known = [*r.kb.criteria, *r.kb.concepts, *r.kb.rules]
    return how_rule(r, _known(f"--how {name}", name, "rule, criterion or concept", known))


def _why_not(r: Recommendation, name: str) -> Step:
    """Of an alternative or a rule, looked for in this order."""
    from advisor.explanation.why_not import why_not, why_not_rule

    if name in r.kb.alternatives:
        return why_not(r, name)
    known = [*r.kb.alternatives, *r.kb.rules]
    return why_not_rule(r, _known(f"--why-not {name}", name, "alternative or rule", known))


def _known(argument: str, name: str, kind: str, known: Iterable[str]) -> str:
    names = list(known)
    if name not in names:
        message = f"unknown {kind} {quoted(name)}{hint(name, names)}"
        raise InputError([Problem(SourceLocation(cut(argument)), message)])
    return name


def _tell_what_to_ask(r: Recommendation, options: argparse.Namespace) -> None:
    """Commands that ask further, with names of this very consultation."""
    session = printable(f"{shlex.quote(str(options.session))}{same_knowledge(options)}")
    others = [name for name in r.kb.alternatives if name != r.judgement.winner]
    influential = [influence.question for influence in r.influences]
    questions = [*influential, *r.unanswered, *r.sheet.answers]  # that could change most, first
    print("Ask further:")
    for option, names in (
        ("--how", r.judgement.criteria_by_weight),
        ("--why-not", others),
        ("--why", questions),
    ):
        for name in names[:1]:
            print(f"  advisor explain {session} {option} {name}")
    print(f"  advisor flips {session}")
