"""What is shown at a fair: which slides, in which order, and what each says; sums only, fit for anybody's eyes."""

from typing import Final

ADDRESS: Final = "/diaporama"
"""Where the show is; the screens print it, the server answers at it."""
