"""Probes of what is built on the frameworks."""
