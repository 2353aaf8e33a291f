"""``advisor workshop serve``: the workshop as a page for everybody's phone or laptop."""

from __future__ import annotations

import argparse
import contextlib
import errno
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.cli.command import DONE, USAGE, Commands, add_command
from advisor.cli.options import interpreter, whole_number
from advisor.cli.workshop.options import add_workshop, workshop
from advisor.errors import CommandError
from rules.diagnostics import printable
from rules.model import KnowledgeBase

if TYPE_CHECKING:
    from advisor.workshop.store import Workshop
    from probes.api import Finding, Json
    from probes.runtime.runner import ProbeProgress as Step
    from probes.runtime.runner import ProbeRun

PORT = 8765
LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"

DESCRIPTION = """\
Serve the workshop as web pages: people join with a code from a phone or a laptop and
answer unseen; the facilitator's page, behind a key that is printed once, reveals, opens
rounds, has claims tried and writes the record. Ctrl-C ends it; everything is in the file.
"""

EPILOG = """\
examples:
  advisor workshop serve team.workshop                      for browsers on this machine
  advisor workshop serve team.workshop --lan                for everybody in the same network
  advisor workshop serve team.workshop --lan --python ~/app/.venv/bin/python --record docs/decisions
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "serve",
        run,
        help="a page for everybody's phone or laptop",
        description=DESCRIPTION,
        epilog=EPILOG,
    )
    add_workshop(parser)
    port, help = whole_number("a port", 0, 65535), f"(default: {PORT}; 0: any free one)"
    parser.add_argument("--port", metavar="N", type=port, default=PORT, help=help)
    parser.add_argument(
        "--lan",
        action="store_true",
        help="answer the whole local network, not this machine alone; it is plain http",
    )
    parser.add_argument(
        "--python",
        metavar="PATH",
        type=interpreter,
        action="append",
        default=[],
        help="an interpreter whose frameworks are tried (default: the one advisor runs on); "
        "repeatable, the first is what is tried on after a reveal",
    )
    parser.add_argument("--no-probes", action="store_true", help="try nothing")
    parser.add_argument(
        "--record",
        metavar="DIR",
        type=Path,
        help="offer a button that writes the decision record into this folder",
    )


def run(options: argparse.Namespace) -> int:
    from advisor.files import check_folder

    if options.record is not None:
        check_folder(options.record)
    with workshop(options, own_knowledge=True) as (opened, kb), _listening(options) as listening:
        return _serve(opened, kb, options, listening)


def _listening(options: argparse.Namespace) -> socket.socket:
    """The socket. Ends the command where the port is taken or may not be had."""
    from advisor.web.server import listen

    try:
        return listen(EVERYWHERE if options.lan else LOOPBACK, options.port)
    except OSError as error:
        why = f"cannot be listened on: {(error.strerror or str(error)).lower()}"
        if error.errno == errno.EADDRINUSE:
            why = "is taken, by another workshop perhaps"
        message = f"port {options.port} {why}; choose another with --port"
        raise CommandError(message, USAGE) from None


def _serve(
    opened: Workshop, kb: KnowledgeBase, options: argparse.Namespace, listening: socket.socket
) -> int:
    from advisor.consultation.evidence import no_probes
    from advisor.records.writing import write_record
    from advisor.web.app import create_app
    from advisor.web.server import own_addresses, server
    from advisor.workshop.fact_checks import conclude

    def write() -> Path:  # from what was found so far
        recommendation = conclude(opened, kb, no_probes, dict)
        return write_record(recommendation, options.record, knowledge=options.kb)

    pythons = options.python or [Path(sys.executable)]
    port = listening.getsockname()[1]
    reachable = own_addresses() if options.lan else []
    app = create_app(
        opened,
        kb,
        hosts=_hosts([LOOPBACK, "localhost", *reachable], port),
        address=f"http://{(reachable or [LOOPBACK])[0]}:{port}",
        targets=[] if options.no_probes else list(map(ProbeRunner, pythons)),
        write=write if options.record is not None else None,
        tell=_print_failure,
    )
    _print_addresses(opened, [f"http://{host}:{port}" for host in reachable or [LOOPBACK]], port)
    with contextlib.suppress(KeyboardInterrupt):  # how a server ends
        server(app).run(sockets=[listening])
    return DONE


def _hosts(names: Sequence[str], port: int) -> list[str]:
    """What a browser sends as Host; it leaves out the port that http has anyway."""
    return [f"{name}:{port}" for name in names] + (list(names) if port == 80 else [])


def _print_addresses(opened: Workshop, addresses: Sequence[str], port: int) -> None:
    """Where to join, and the facilitator's link; the key in it is printed this once."""
    from advisor.web.pages.layout import spaced

    plan = opened.plan
    print(f"{printable(plan.title)}: round {opened.round_state().number}")
    print(f"join:  {' or '.join(addresses)}  with the code {spaced(plan.code)}")
    print(f"lead:  http://{LOOPBACK}:{port}/lead?key={opened.people.new_facilitator_token()}")
    print("The second link is the facilitator's alone. Ctrl-C ends.", flush=True)


class ProbeRunner:
    """An interpreter whose frameworks are tried while the server goes on serving."""

    def __init__(self, python: Path) -> None:
        self.label = str(python)
        self._python = python
        self._run: ProbeRun | None = None

    def run(
        self, probes: Sequence[str], say: Callable[[str], None], *, fresh: bool
    ) -> Mapping[str, Finding]:
        from advisor.cli.probe_runs import Probing
        from probes.runtime.registry import load_probes

        known = load_probes()
        names = [name for name in probes if name in known]
        with Probing(self._python, fresh=fresh).start() as run:
            self._run = run
            run.want([known[name] for name in names], last=True)

            def show(step: Step) -> None:
                done = sum(run.has([name]) for name in names)
                say(f"Trying {step.probe} ({min(done + 1, len(names))} of {len(names)})")

            return run.wait(names, show)

    def machine(self) -> Mapping[str, Json]:
        from advisor.cli.probe_runs import Probing

        return Probing(self._python).machine()

    def stop(self) -> None:
        if self._run is not None:
            self._run.stop()


def _print_failure(text: str) -> None:
    print(f"advisor: {printable(text)}", file=sys.stderr, flush=True)
