"""``advisor record``: decision records."""
