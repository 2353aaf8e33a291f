"""The workshop as web pages, for everybody's phone or laptop and the facilitator's projector."""
