"""From the YAML of a knowledge base to the model: reading, checking, laying one over another."""
