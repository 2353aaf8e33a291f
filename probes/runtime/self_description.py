"""How an interpreter describes itself: asked here, and run as a program by other interpreters.

It imports the standard library alone, and no framework.
"""

from __future__ import annotations

import json
import os
import platform
import sys


def description() -> list[object]:
    """The version, the prefix, where modules are looked for, and the variables of markers."""
    path = [entry for entry in sys.path if isinstance(entry, str) and entry]
    return [platform.python_version(), sys.prefix, path, markers()]


def markers() -> dict[str, str]:
    """The variables by which requirements ask what an interpreter is (PEP 508)."""
    version = platform.python_version()
    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": version,
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": version,
        "python_version": ".".join(version.split(".")[:2]),
        "sys_platform": sys.platform,
    }


if __name__ == "__main__":
    print(f"\n{sys.argv[1]}{json.dumps(description())}", flush=True)
