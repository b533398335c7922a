"""A progress bar that names the step it is at."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO

import click

Progress = Callable[[str, float], None]

_STEPS: Final = 1000


@contextmanager
def progress_bar(first_step: str, *, file: TextIO | None = None) -> Iterator[Progress]:
    """Draws a bar until the block ends; what it gives is called with the step's name and the share done, 0 to 1.

    A command whose output is read by a program draws its bar on another `file`.
    """
    template = "  [%(bar)s] %(info)s  %(label)s"
    bar = click.progressbar(length=_STEPS, label=first_step, show_eta=False, bar_template=template, width=30, file=file)
    with bar:

        def tell(step: str, done: float) -> None:
            bar.label = step
            bar.update(max(0, round(done * _STEPS) - bar.pos))

        yield tell
