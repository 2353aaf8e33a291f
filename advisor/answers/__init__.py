"""What people answer: a sheet of one person, ballots and rounds of several."""
