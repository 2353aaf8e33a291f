"""``advisor kb``: look after a knowledge base."""

from __future__ import annotations

import argparse
import json

from advisor.cli.command import DONE, Commands
from advisor.cli.kb import check, coverage, new, test_command
from advisor.cli.options import add_knowledge, knowledge
from rules.model import Question


def add_parser(commands: Commands) -> None:
    parser = commands.add_parser(
        "kb", help="check a knowledge base", description="Look after a knowledge base."
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check.add_parser(actions)
    test_command.add_parser(actions)
    new.add_parser(actions)
    coverage.add_parser(actions)
    questions = actions.add_parser(
        "questions",
        help="list the questions and options, as answers files name them",
        description="List the questions and options, as answers files and --set name them.",
    )
    add_knowledge(questions)
    questions.set_defaults(run=run_questions)
    schema = actions.add_parser(
        "schema",
        help="print the JSON Schema that lets an editor complete and check it",
        description="Print the JSON Schema of the knowledge base's files.",
    )
    add_knowledge(schema)
    schema.set_defaults(run=run_schema)


def run_questions(options: argparse.Namespace) -> int:
    kb = knowledge(options)
    for section in kb.sections.values():
        print(f"{section.title}\n")
        for question in kb.questions.values():
            if question.section == section.id:
                _print_question(question)
    print(f"criteria, for priorities: {', '.join(kb.criteria)}")
    return DONE


def _print_question(question: Question) -> None:
    several = " (several)" if question.multiple else ""
    print(f"  {question.id}: {question.ask}{several}")
    width = max(len(option.id) for option in question.options)
    for option in question.options:
        print(f"    {option.id:<{width}}  {option.label}")
    print()


def run_schema(options: argparse.Namespace) -> int:
    from rules.loading.json_schema import schema_of

    print(json.dumps(schema_of(options.kb), indent=2))
    return DONE
