"""What renderers share: markup, wrapping, SARIF, JSON."""
