"""Renderers of one Recommendation: the terminal, JSON and HTML."""
