"""Findings and verdicts as text, data, Markdown and JUnit."""
