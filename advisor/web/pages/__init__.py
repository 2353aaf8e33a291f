"""What the pages show. Each takes what it shows and returns HTML; none looks anything up."""
