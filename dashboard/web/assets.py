"""A file the server gives to browsers, held in memory with its fingerprint and its compressed form."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

# Kept for good by the browser: the address carries the fingerprint, so a new content has a new address.
FOREVER: Final = "public, max-age=31536000, immutable"
# Kept, and asked about each time: one short exchange, never an old content.
ASK_AGAIN: Final = "no-cache"

_COMPRESSED_FROM: Final = 1024
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".geojson": "application/geo+json",
    ".html": "text/html; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
_COMPRESSIBLE: Final = {".css", ".csv", ".geojson", ".html", ".ics", ".js", ".json", ".svg", ".wasm"}


@dataclass(frozen=True)
class Asset:
    """Bytes and the file name suffix that says what they are."""

    content: bytes
    suffix: str

    @classmethod
    def read(cls, path: Path) -> "Asset":
        return cls(path.read_bytes(), path.suffix)

    @cached_property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:16]

    @cached_property
    def compressed(self) -> bytes | None:
        """The content as gzip, None where it would gain nothing. Level 6: a tenth of the time of 9, for 1 % of size."""
        if self.suffix not in _COMPRESSIBLE or len(self.content) < _COMPRESSED_FROM:
            return None
        return gzip.compress(self.content, compresslevel=6, mtime=0)

    def response(self, request: Request, cache: str, status: int = 200, *, compress: bool = True) -> Response:
        """The answer to one request: nothing but headers when the browser already has this content."""
        headers = {"Cache-Control": cache, "ETag": f'"{self.fingerprint}"', "Vary": "Accept-Encoding"}
        if status == 200 and f'"{self.fingerprint}"' in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        content = self.content
        if compress and "gzip" in request.headers.get("accept-encoding", "") and self.compressed is not None:
            content = self.compressed
            headers["Content-Encoding"] = "gzip"
        # An encoding already set also tells the other layers not to compress again.
        media_type = _MEDIA_TYPES.get(self.suffix, "application/octet-stream")
        return Response(content, status_code=status, headers=headers, media_type=media_type)
