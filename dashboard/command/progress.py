"""A progress bar that names the step it is at."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import click

Progress = Callable[[str, float], None]

_STEPS: Final = 1000


@contextmanager
def progress_bar(first_step: str) -> Iterator[Progress]:
    """Draws a bar until the block ends; what it gives is called with the step's name and the share done, 0 to 1."""
    template = "  [%(bar)s] %(info)s  %(label)s"
    with click.progressbar(length=_STEPS, label=first_step, show_eta=False, bar_template=template, width=30) as bar:

        def tell(step: str, done: float) -> None:
            bar.label = step
            bar.update(max(0, round(done * _STEPS) - bar.pos))

        yield tell
