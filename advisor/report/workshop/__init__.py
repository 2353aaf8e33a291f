"""What a group is shown of its workshop, in a terminal and in words that every renderer shares."""
