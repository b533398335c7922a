"""The lanes in which passwords are checked: apart from the threads that answer everybody else, and few at once.

Checking a password takes a core and 64 MB for a moment, and anybody may ask for it. Each lane checks one at a time and lets
a few wait; whoever comes beyond is told at once to come back. Who signed in with their browser before has a lane of their
own, in which strangers are not.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from dashboard.identity.browsers import is_known
from dashboard.web.document import NEVER_KEPT, page_for_now

_WAITING: Final = 16
_RETRY_SECONDS: Final = 10
_CROWDED: Final = "Beaucoup de monde se connecte en ce moment. Attendez dix secondes, puis recommencez."


class Lane:
    """One thread, and a bounded queue before it."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._places = threading.BoundedSemaphore(_WAITING)

    async def answer(self, work: Callable[[], Response]) -> Response:
        """What the work answers when its turn has come; that there are too many, when no place is left."""
        if not self._places.acquire(blocking=False):
            return _crowded()
        begun = self._thread.submit(work)
        # However it ends, and even if the browser is gone.
        begun.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(begun)


_KNOWN: Final = Lane("known-browsers")
_STRANGERS: Final = Lane("sign-in")


async def in_lane(request: Request, work: Callable[[], Response]) -> Response:
    """Does what checks a password, in the lane of this browser."""
    return await (_KNOWN if is_known(request) else _STRANGERS).answer(work)


def _crowded() -> Response:
    answer = page_for_now("account_message.html", status=503, title="Un instant", sentence=_CROWDED)
    answer.headers.update({**NEVER_KEPT, "Retry-After": str(_RETRY_SECONDS)})
    return answer
