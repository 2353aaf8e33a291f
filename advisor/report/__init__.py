"""Renderers of one Recommendation: the terminal and JSON."""
