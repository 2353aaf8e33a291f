"""From answers to the rules that fire."""
