"""What runs probes: workers, interpreters, environments, what was found before."""
