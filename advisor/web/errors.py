"""What is not done, and the sentence that the page says instead."""

from __future__ import annotations


class RequestError(Exception):
    """``status`` is HTTP's; ``wait`` is after how many seconds to try again, 0 for not at all."""

    def __init__(self, status: int, sentence: str, *, wait: int = 0) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.wait = wait
