"""``advisor kb check`` and ``advisor kb coverage``, as people and programs meet them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import rules
from advisor.cli.exits import BAD_INPUT, DONE, USAGE, WRONG
from rules.remarks import Kind, Level
from tests_program import Program  # placeholder
