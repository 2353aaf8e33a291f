"""``advisor kb new``: start a folder of knowledge of one's own."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from advisor.cli.command import DONE, Commands, add_command

DESCRIPTION = """\
Start a folder of your own knowledge, as files with comments that say what to do.
It lies over what is shipped, and adds one rule, one source and one case; with
--whole it holds a small knowledge base of its own. The folder is made, and must
be empty if it is there.
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "new",
        run,
        help="start a folder of your own knowledge",
        description=DESCRIPTION,
    )
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument(
        "--whole", action="store_true", help="a base of its own instead of one over the shipped"
    )


def run(options: argparse.Namespace) -> int:
    from advisor.kb.scaffold import Start, start

    written = start(options.folder, Start.WHOLE if options.whole else Start.OVERLAY)
    where = shlex.quote(str(options.folder))
    print(f"wrote into {options.folder}:")
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
