"""``python -m advisor`` is ``advisor``."""

import sys

from advisor.cli.main import main

sys.exit(main())
