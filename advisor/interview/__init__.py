"""Asking in a terminal: one person, or several at one keyboard."""
