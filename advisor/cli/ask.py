"""``advisor ask``: questions, or an answers file, then evidence, then a recommendation."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.answers.sheet import Sheet, apply_settings, read_sheet
from advisor.cli.command import DONE, INTERRUPTED, UNPROVEN, USAGE, WRONG, Commands
from advisor.cli.options import (
    add_knowledge,
    add_probing,
    add_settings,
    can_ask,
    is_terminal,
    knowledge,
    same_knowledge,
    same_request,
)
from advisor.cli.record_options import add_supersedes, superseded, tell_pending
from advisor.cli.report import print_recommendation
from advisor.errors import CommandError
from advisor.files import check_folder
from advisor.report.session_file import (
    SESSIONS,
    SessionFile,
    check_writable,
    is_session,
    knowledge_of,
    newest_session,
    save_recommendation,
)
from rules.diagnostics import printable
from rules.model import KnowledgeBase

if TYPE_CHECKING:  # imported when needed: the first question should not wait for them
    from advisor.consultation.consultation import Prober, Recommendation
    from advisor.interview.background_probes import BackgroundProbes
    from probes.api import Finding


def add_parser(commands: Commands) -> None:
    parser = commands.add_parser(
        "ask",
        help="answer questions and get a recommendation (the default)",
        description="Ask the questions, try the claims, recommend. Without --answers and --set it "
        "asks in this terminal and saves each answer as it is given.",
    )
    answers = parser.add_argument_group("answers")
    answers.add_argument("--answers", metavar="FILE", type=Path, help="take them from this file")
    add_settings(answers)
    answers.add_argument(
        "--resume",
        metavar="SESSION",
        nargs="?",
        type=Path,
        const=Path(),
        help="go on with this session, or with the newest one in this folder",
    )
    add_knowledge(answers)
    add_probing(parser)
    parser.add_argument(
        "--no-probes", action="store_true", help="reason from written knowledge alone"
    )
    parser.add_argument(
        "--strict", action="store_true", help="withdraw rules whose claims were not verified too"
    )
    output = parser.add_argument_group("output")
    output.add_argument("--format", choices=("text", "json", "html"), default="text")
    output.add_argument("--session", metavar="FILE", type=Path, help="write the session here")
    output.add_argument(
        "--record",
        metavar="DIR",
        type=Path,
        help="write a decision record (MADR 4.0.0) into this folder, with the next number",
    )
    add_supersedes(output)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    kb = knowledge(options)
    if options.session is not None:
        check_writable(options.session)
    if options.record is not None:
        check_folder(options.record)
        superseded(options, options.record)  # said before anything is asked or tried
    elif options.supersedes is not None:
        raise CommandError("--supersedes needs --record: it is said of a new record", USAGE)
    if options.answers is not None and options.resume is not None:
        raise CommandError("--answers and --resume both give the answers: use one of them", USAGE)
    if options.resume is None and (options.answers or options.set):
        from advisor.cli.probe_runs import prober_of
        from advisor.sources import answers_in

        sheet = Sheet()
        if options.answers:
            sheet = answers_in(options.answers, kb)
            _tell_other_knowledge(options.answers, kb)
        sheet = apply_settings(sheet, options.set, kb)
        return _conclude(kb, sheet, options.session, prober_of(options), options)
    return _ask(kb, options)


def _ask(kb: KnowledgeBase, options: argparse.Namespace) -> int:
    """Interview, trying meanwhile what the answers make relevant, then conclude."""
    from advisor.interview.interview import interview
    from advisor.interview.next_question import MostInformative
    from advisor.interview.terminal import TerminalAsker

    if not can_ask():
        raise CommandError(
            "asking needs a terminal; give the answers with --answers FILE instead", USAGE
        )
    before = _session_to_resume(options)
    sheet = read_sheet(before, kb) if before else Sheet()
    sheet = apply_settings(sheet, options.set, kb)
    own = before if before and is_session(before) else None  # an answers file is kept as it is
    if before:
        _tell_other_knowledge(before, kb)
    session = SessionFile(options.session or own, kb)
    check_folder(session.path.parent if session.path else Path())
    try:
        with _evidence(kb, options) as (answered, prober):

            def save(sheet: Sheet) -> None:
                session.save(sheet)  # first: whatever else happens, the answer is on disk
                answered(sheet)

            sheet = interview(kb, sheet, TerminalAsker(), save, MostInformative(kb))
            return _conclude(kb, sheet, session.path, prober, options, asks=True)
    except KeyboardInterrupt:
        raise CommandError(_stopped(session.path, options), INTERRUPTED) from None


@contextmanager
def _evidence(
    kb: KnowledgeBase, options: argparse.Namespace
) -> Iterator[tuple[Callable[[Sheet], None], Prober]]:
    """What to tell each new answer, and the prober for the end."""
    if options.no_probes or options.provision:  # building asks first, and interviews are no time
        from advisor.cli.probe_runs import prober_of

        yield lambda _: None, prober_of(options)
        return

    @cache  # made after the first answer: the first question does not wait for it
    def evidence() -> BackgroundProbes:
        from advisor.cli.probe_runs import Probing, wait_shown
        from advisor.interview.background_probes import BackgroundProbes

        return stack.enter_context(BackgroundProbes(kb, Probing.of(options).start, wait_shown))

    def findings(names: Sequence[str]) -> Mapping[str, Finding]:
        from advisor.cli.probe_runs import Probing, tell_installs
        from probes.runtime.registry import load_probes

        found, known = evidence().findings(names), load_probes()
        probes = [known[name] for name in found if name in known]
        tell_installs(probes, found, Probing.of(options))
        return found

    with ExitStack() as stack:
        yield lambda sheet: evidence().answered(sheet), findings


def _stopped(session: Path | None, options: argparse.Namespace) -> str:
    if session is None or not session.exists():
        return "stopped before the first answer; nothing was written"
    again = f"advisor --resume {shlex.quote(str(session))}{same_request(options)}"
    return f"stopped. Your answers are in {session}; go on with: {again}"


def _session_to_resume(options: argparse.Namespace) -> Path | None:
    if options.resume is None:
        return None
    if options.resume != Path():
        return Path(options.resume)
    newest = newest_session(Path())
    if newest is None:
        expected = f"expected a file {SESSIONS}, or name another one"
        raise CommandError(f"there is no session in this folder to resume: {expected}", USAGE)
    print(f"going on with {printable(str(newest))}", file=sys.stderr)
    return newest


def _tell_other_knowledge(file: Path, kb: KnowledgeBase) -> None:
    """Say where a session was made with other knowledge; an answers file is made with none."""
    if knowledge_of(file) not in ("", kb.digest):
        message = "was made with other knowledge than is used now (--kb names it)"
        print(f"{printable(str(file))} {message}", file=sys.stderr)


def _conclude(
    kb: KnowledgeBase,
    sheet: Sheet,
    session: Path | None,
    prober: Prober,
    options: argparse.Namespace,
    *,
    asks: bool = False,
) -> int:
    """Consult, print, keep what was asked to be kept. ``asks``: a person was interviewed."""
    from advisor.consultation.consultation import consult

    recommendation = consult(kb, sheet, prober, strict=options.strict)
    tells_machine = session is not None or options.record is not None or options.format == "json"
    if recommendation.findings and tells_machine:
        from advisor.cli.probe_runs import Probing

        recommendation = replace(recommendation, machine=Probing.of(options).machine())
    failure: OSError | None = None
    record: Path | None = None
    try:  # before the report, which ends early when it is piped into a program that does
        if session is not None:
            save_recommendation(session, recommendation)
        record = _write_record(recommendation, options)
    except OSError as error:
        failure = error  # what was worked out is shown all the same
    print_recommendation(recommendation, options.format)
    if failure is not None:
        raise failure
    if session is not None:
        print(f"session: {printable(str(session))}", file=sys.stderr)
    if record is not None:
        print(f"record: {printable(str(record))}", file=sys.stderr)
    elif options.record is not None:
        raise CommandError("no record was written: there is no outcome to record yet", WRONG)
    elif asks and recommendation.choice is not None:
        new = f"advisor record new {shlex.quote(str(session))}{same_knowledge(options)}"
        print(f"for a decision record: {printable(new)}", file=sys.stderr)
    if asks and options.format == "text" and is_terminal(sys.stdout):  # not beside a pager
        from advisor.interview.follow_up import question_recommendation
        from advisor.interview.terminal import TerminalAsker

        with suppress(KeyboardInterrupt):  # all is saved: stopping is an end like any other
            question_recommendation(recommendation, TerminalAsker())
    return UNPROVEN if recommendation.unproven else DONE


def _write_record(recommendation: Recommendation, options: argparse.Namespace) -> Path | None:
    """The record that was written, or None where none is wanted or nothing is decided."""
    if options.record is None or recommendation.choice is None:
        return None
    from advisor.records.writing import write_record

    old = superseded(options, options.record)
    path = write_record(recommendation, options.record, knowledge=options.kb, supersedes=old)
    if old is not None:
        tell_pending(old, path)
    return path
