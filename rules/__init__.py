"""What is known, and how it is reasoned with. No terminal, no framework, no process in here."""
