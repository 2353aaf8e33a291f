"""What people touch: the command line, the interview, reports and records."""

__version__ = "0.2.0"
