"""What people touch: the command line, the interview, reports and records."""

import os
import sys

__version__ = "0.3.0"

# "python -m advisor", which is looking for its module now, looks for all others in the current
# folder first, whoever wrote what lies there. It must not, unless this lies there itself.
_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
if sys.argv[:1] == ["-m"] and not getattr(sys.flags, "safe_path", False) and sys.path[0] != _FOLDER:
    del sys.path[0]
