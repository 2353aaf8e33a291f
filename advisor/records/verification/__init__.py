"""Whether a record is still what was decided, and whether its reasons still hold."""
