"""A recommendation on a terminal and as a page."""
