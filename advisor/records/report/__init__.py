"""What became of decision records, as people and programs read it."""
