"""``advisor kb``: look after a knowledge base, check it, try it, start one of one's own."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path

from advisor.cli.command import DONE, WRONG, Commands, add_command
from advisor.cli.options import add_knowledge, add_remarks, knowledge
from rules.diagnostics import Level, printable
from rules.model import Question

CHECK = """\
Read the knowledge base, then look for what no file shows by itself: rules that
can never fire, that repeat or undo one another, that change nothing; concepts,
questions and claims that lie idle; answers that lead nowhere. Answers that show
it stand under each remark. Exits with 1 where it reports an error or a warning,
with 3 where a file cannot be read.
"""

TEST = """\
Try a knowledge base by what is written in it. Each rule must fire on its examples
under 'fires' and stay silent on those under 'silent', and each case (an answer
sheet in the folder 'cases') must come out as its part 'expected' says. Exits with
1 where something does not.
"""

NEW = """\
Start a folder of your own knowledge, as files with comments that say what to do.
It lies over what is shipped, and adds one rule, one source and one case; with
--whole it holds a small knowledge base of its own. The folder is made, and must
be empty if it is there.
"""

COVERAGE = """\
Say which rules no case fires, which conditions no case decides (with the
opposite there, the rule would do the same) and which options no case chooses.
Cases are the answers files in the folder 'cases' of the knowledge base; the
examples that rules hold themselves are counted apart. Knowledge that lies over
the shipped one is tried by the shipped cases, too.
"""


def add_parser(commands: Commands) -> None:
    parser = commands.add_parser(
        "kb", help="check a knowledge base", description="Look after a knowledge base."
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    what = "read it and report every mistake, and what its rules make of one another"
    check = add_command(actions, "check", run_check, help=what, description=CHECK)
    add_knowledge(check, alone=True)
    add_remarks(check)
    what = "try the examples of its rules, and its cases"
    test = add_command(actions, "test", run_test, help=what, description=TEST)
    add_knowledge(test, alone=True)
    test.add_argument("--format", choices=("text", "json"), default="text")
    test.add_argument(
        "--accept",
        action="store_true",
        help="first write into each case what comes out now, to be read in review",
    )
    what = "start a folder of your own knowledge"
    new = add_command(actions, "new", run_new, help=what, description=NEW)
    new.add_argument("folder", metavar="DIR", type=Path)
    new.add_argument(
        "--whole", action="store_true", help="a base of its own instead of one over the shipped"
    )
    what = "say what its cases do not try"
    coverage = add_command(actions, "coverage", run_coverage, help=what, description=COVERAGE)
    add_knowledge(coverage, alone=True)
    coverage.add_argument("--format", choices=("text", "json"), default="text")
    questions = actions.add_parser(
        "questions",
        help="list the questions and options, as answers files name them",
        description="List the questions and options, as answers files and --set name them.",
    )
    add_knowledge(questions, alone=True)
    questions.set_defaults(run=run_questions)
    schema = actions.add_parser(
        "schema",
        help="print the JSON Schema that lets an editor complete and check it",
        description="Print the JSON Schema of the knowledge base's files.",
    )
    add_knowledge(schema, alone=True)
    schema.set_defaults(run=run_schema)


def run_check(options: argparse.Namespace) -> int:
    from advisor.kb.report import remarks as report
    from advisor.report.toolkit.wrapping import standard_output
    from rules.verification.verify import verify

    kb = knowledge(options)
    if options.format == "text":
        print(", ".join(f"{number} {name}" for name, number in report.size(kb).items()))
        print(kb.digest, flush=True)
    least = Level(options.level).severity
    remarks = [remark for remark in verify(kb) if remark.level.severity >= least]
    if options.format == "json":
        print(report.as_json(kb, remarks), end="")
    elif options.format == "sarif":
        print(report.as_sarif(remarks), end="")
    else:
        report.print_remarks(standard_output(), kb, remarks)
    return WRONG if any(remark.level is not Level.NOTE for remark in remarks) else DONE


def run_test(options: argparse.Namespace) -> int:
    from advisor.kb.case_runner import accept, run_cases
    from advisor.kb.report import case_results as report
    from advisor.report.toolkit.wrapping import standard_output

    kb = knowledge(options)
    if options.accept:
        for shown in accept(kb, options.kb):
            print(f"accepted: {printable(shown)}", file=sys.stderr)
    case_run = run_cases(kb, options.kb)
    if options.format == "json":
        print(report.as_json(case_run), end="")
    else:
        report.print_case_run(standard_output(), case_run)
    return DONE if case_run.passed else WRONG


def run_new(options: argparse.Namespace) -> int:
    from advisor.kb.scaffold import Start, start

    written = start(options.folder, Start.WHOLE if options.whole else Start.OVERLAY)
    where = printable(shlex.quote(str(options.folder)))
    print(f"wrote into {printable(str(options.folder))}:")
    for name in written:
        print(f"  {name}")
    print("next:")
    for command, what in (
        (f"advisor kb check --kb {where}", "read it, and look for what does not fit together"),
        (f"advisor kb test --kb {where}", "try its examples and its case"),
        (f"advisor --kb {where}", "be asked, and get a recommendation by it"),
    ):
        print(f"  {command}\n    {what}")
    return DONE


def run_coverage(options: argparse.Namespace) -> int:
    from advisor.kb.cases import read_cases
    from advisor.kb.report import coverage as report
    from advisor.report.toolkit.wrapping import standard_output
    from rules.verification.coverage import coverage, example_sheets

    kb = knowledge(options)
    cases = {f"case {name}": sheet.answers for name, sheet in read_cases(kb, options.kb).items()}
    by_cases = coverage(kb, cases)
    by_all = coverage(kb, {**cases, **example_sheets(kb)})
    if options.format == "json":
        print(report.as_json(kb, by_cases, by_all), end="")
    else:
        report.print_coverage(standard_output(), kb, by_cases, by_all)
    return DONE


def run_questions(options: argparse.Namespace) -> int:
    kb = knowledge(options)
    for section in kb.sections.values():
        print(f"{printable(section.title)}\n")
        for question in kb.questions.values():
            if question.section == section.id:
                _print_question(question)
    print(f"criteria, for priorities: {', '.join(kb.criteria)}")
    return DONE


def _print_question(question: Question) -> None:
    several = " (several)" if question.multiple else ""
    print(f"  {question.id}: {printable(question.ask)}{several}")
    width = max(len(option.id) for option in question.options)
    for option in question.options:
        print(f"    {option.id:<{width}}  {printable(option.label)}")
    print()


def run_schema(options: argparse.Namespace) -> int:
    from rules.loading.json_schema import schema_of

    print(json.dumps(schema_of(options.kb), indent=2))
    return DONE
