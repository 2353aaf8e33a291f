"""JavaScript programs started by probes: where their packages lie, and how they are run.

Packages are looked for beside the interpreter, in ``<prefix>/node_modules``, where a provisioned
environment has them, and in the folders of ``NODE_PATH``.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from probes.api import UNKNOWN, Json
from probes.programs import absolute_entries, find_program

# Else node looks for packages beside the script and in every folder above it, up to that of all
# temporary files, where anybody may put some.
_NOT_BESIDE_THE_SCRIPT = """
const modules = require("module");
const above = modules._nodeModulePaths;
modules._nodeModulePaths = (from) => (from === __dirname ? [] : above(from));
"""

_ERROR = re.compile(r"^\w*Error\b.*", re.MULTILINE)


def folders(prefix: Path | None = None) -> Iterator[Path]:
    """The ``node_modules`` folders that an interpreter's probes use, the nearest first.

    ``prefix`` is the interpreter's (default: that of this one).
    """
    yield (Path(sys.prefix) if prefix is None else prefix) / "node_modules"
    yield from map(Path, absolute_entries(os.environ.get("NODE_PATH", "")))


def find_package(name: str, prefix: Path | None = None) -> Path | None:
    """The folder of the npm package ``name``, or None when it is not installed."""
    candidates = (folder / name for folder in folders(prefix))
    return next((path for path in candidates if (path / "package.json").is_file()), None)


def package_version(name: str) -> str:
    """The version that the installed package states. Raises LookupError when it is missing."""
    folder = find_package(name)
    if folder is None:
        raise LookupError(name)
    manifest = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    return str(manifest.get("version", UNKNOWN))


def run_script(script: str, request: Json, *, timeout: float) -> Json:
    """Run ``script`` in node and return what it printed last, read as JSON.

    The script finds ``request`` by ``JSON.parse(process.argv[2])``, and its packages by
    ``require``. Raises RuntimeError with the error that node names when it fails, and
    subprocess.TimeoutExpired after ``timeout`` seconds.
    """
    node = find_program("node")
    if node is None:
        raise RuntimeError("the program node is not on the PATH")
    path, before = Path("script.cjs").resolve(), Path("before.cjs").resolve()
    path.write_text(script, encoding="utf-8")
    before.write_text(_NOT_BESIDE_THE_SCRIPT, encoding="utf-8")
    search_path = os.pathsep.join(str(folder) for folder in folders())
    done = subprocess.run(
        [node, "--require", str(before), str(path), json.dumps(request)],
        env={**os.environ, "NODE_PATH": search_path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode != 0:
        printed = done.stderr.decode("utf-8", "replace").strip()
        errors = _ERROR.findall(printed)  # the stack follows, and would hide it
        message = errors[-1][:400] if errors else printed[-400:]
        raise RuntimeError(f"node ended with code {done.returncode}: {message}")
    lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
    answer: Json = json.loads(lines[-1])
    return answer
