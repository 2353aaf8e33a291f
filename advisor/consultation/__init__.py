"""Where answers, rules and findings meet."""
