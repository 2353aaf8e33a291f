"""Imports one module and says what it was built for: run by the interpreter that is looked at.

The arguments are the module's name and what the answer's line begins with. It imports nothing of
this package, which that interpreter does not see.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any


def facts(name: str, module: Any) -> dict[str, Any]:
    """What the module says of its build, as JSON; empty for modules that say nothing."""
    try:
        if name == "torch":
            flags = module._C._cuda_getArchFlags() if module.version.cuda else None
            return {
                "cuda": module.version.cuda,
                "rocm": module.version.hip,
                "architectures": (flags or "").split(),
                "sees_gpu": module.cuda.is_available(),
            }
        if name == "tensorflow":
            built = module.sysconfig.get_build_info()
            cuda = built.get("cuda_version")
            return {
                "cuda": cuda,
                "rocm": built.get("rocm_version"),
                "architectures": list(built.get("cuda_compute_capabilities") or ()),
                "sees_gpu": bool(cuda and module.config.list_physical_devices("GPU")),
            }
        if name == "keras":
            return {"backend": module.backend.backend()}
    except Exception:
        return {}
    return {}


if __name__ == "__main__":
    name, mark = sys.argv[1:]
    del sys.argv[1:]  # what is imported may read them
    found = facts(name, importlib.import_module(name))
    print(f"\n{mark}{json.dumps(found)}", flush=True)
