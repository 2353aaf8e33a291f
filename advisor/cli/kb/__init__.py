"""``advisor kb``: knowledge bases."""
