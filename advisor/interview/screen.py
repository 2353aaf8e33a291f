"""The screen that several people answer on, one after another."""

from __future__ import annotations

from prompt_toolkit.output import Output


class AlternateScreen:
    """The terminal, on its alternate screen where it has one: what was there comes back after."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def __enter__(self) -> AlternateScreen:
        self._output.enter_alternate_screen()
        self._output.flush()
        return self

    def __exit__(self, *_: object) -> None:
        self._output.quit_alternate_screen()
        self._output.flush()

    def clear(self) -> None:
        self._output.erase_screen()
        # After the screen: some terminals keep what is erased from it for scrolling back.
        self._output.write_raw("\x1b[3J")
        self._output.cursor_goto()
        self._output.flush()
