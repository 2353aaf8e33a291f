"""What a careful reviewer would remark on decision records of any project."""

from __future__ import annotations

from advisor.records.lint.checking import lint, lint_selection
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.selection import Selection, select

__all__ = ["LintKind", "LintRemark", "Selection", "lint", "lint_selection", "select"]
