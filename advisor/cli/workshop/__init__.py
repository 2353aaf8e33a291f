"""``advisor workshop``: a team decides."""
