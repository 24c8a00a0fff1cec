"""`/graphiql`: the page for trying queries, and its assets, built at set-up and served by us."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from starlette.types import Receive, Scope, Send

# The editor writes <style> elements at run time, hence the one 'unsafe-inline'.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "worker-src 'self'; font-src 'self' data:; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HASHED = re.compile(r"-[A-Z0-9]{8}\.[a-z]+")


class Console:
    """The ASGI application of the page; one without a build says how to build it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = _Files(directory=folder, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file of the build; the folder itself is its index."""
        if not (self._folder / "index.html").is_file():
            answer: Response = PlainTextResponse(
                "The console was not built on this machine: run `make setup`.\n", 503
            )
        else:
            name = str(scope.get("path_params", {}).get("file", "")) or "index.html"
            answer = await self._files.get_response(name, scope)
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        await answer(scope, receive, send)


class _Files(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        return await super().get_response(path, scope)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = _HASHED.search(str(full_path)) is not None
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if hashed else "no-cache"
        )
        return response
