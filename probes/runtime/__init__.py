"""What runs probes: workers, interpreters, environments, cached findings."""
