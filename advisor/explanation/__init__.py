"""Recommendations explained: how they were concluded, why not otherwise, what could change them.

Each question about a recommendation is answered by a tree of :class:`rules.analysis.traces.Step`,
which renderers cut to a depth and menus read out sentence by sentence.
"""
