"""What can be proven of a knowledge base, and what its cases do not try."""
