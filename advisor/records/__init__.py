"""Decision records, written from a recommendation."""
