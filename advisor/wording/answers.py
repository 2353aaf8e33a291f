"""How an answer is worded. Nothing else is imported: the first question waits for it."""

DONT_KNOW = "I don't know"
