"""A team's workshop: answers sealed until all are in, rounds of them, and the consensus reached."""
