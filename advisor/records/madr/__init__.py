"""The text of a decision record in the format of MADR."""
