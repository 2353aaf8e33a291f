"""What follows from answers that were not given: traces, flips, what-if, settlement."""
