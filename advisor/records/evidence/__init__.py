"""The bundle beside a record: what it was written from."""
