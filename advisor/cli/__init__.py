"""The command line: one thin module a command. It parses, joins and prints."""
