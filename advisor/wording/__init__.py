"""What is said, once, whatever it is shown on."""
