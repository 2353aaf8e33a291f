"""What is found out about a knowledge base, as text and data."""
