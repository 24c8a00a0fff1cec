"""`/letters`: in development, what landed in the folder, and where the links of letters lead."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from gateway.mailing.folder import Folder, Landed

TICKET_PAGE = "/letters/ticket"
_OPERATIONS = {
    "confirm": "confirm_account",
    "invitation": "confirm_account",
    "reset": "reset_password",
    "email": "confirm_email",
}
"""By the page that a link names, the operation that uses its ticket."""
_VARIABLES = {"password": "a password of your own", "agreed": True}
_NO_SCRIPTS = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_PAGE_POLICY = f"{_NO_SCRIPTS}; frame-src 'self'; frame-ancestors 'none'"
_LETTER_POLICY = (
    f"{_NO_SCRIPTS}; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_VARIABLE = re.compile(r"\$(\w+)\s*:")


class LetterPages:
    """The pages, over one folder; `documents` is where the operations of the cabinets are."""

    def __init__(self, folder: Folder, documents: Path, server: str | None) -> None:
        self._folder = folder
        self._documents = documents
        self._server = server
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates" / "pages"),
            autoescape=True,
            undefined=StrictUndefined,
        )

    def routes(self) -> list[Route]:
        """Return the routes of the pages."""
        return [
            Route("/letters", self._list),
            Route(TICKET_PAGE, self._ticket),
            Route(TICKET_PAGE + "/{page}", self._ticket),
            Route("/letters/{name}", self._letter),
            Route("/letters/{name}/html", self._html),
        ]

    async def _list(self, _request: Request) -> Response:
        letters = await run_in_threadpool(self._folder.newest)
        folder = str(self._folder.path)
        return self._page("list.jinja", letters=letters, folder=folder, server=self._server)

    async def _letter(self, request: Request) -> Response:
        return self._page("letter.jinja", letter=await self._found(request))

    async def _html(self, request: Request) -> Response:
        letter = await self._found(request)
        return HTMLResponse(letter.html, headers=_headers(_LETTER_POLICY))

    async def _found(self, request: Request) -> Landed:
        letter = await run_in_threadpool(self._folder.letter, request.path_params["name"])
        if letter is None:
            raise HTTPException(404)
        return letter

    async def _ticket(self, request: Request) -> Response:
        ticket = request.query_params.get("ticket", "")
        name = _OPERATIONS.get(request.path_params.get("page", ""))
        files = sorted(self._documents.glob(f"operations/*/{name}.graphql")) if ticket else []
        document = variables = ""
        if files:
            lines = files[0].read_text().splitlines()
            document = "\n".join(line for line in lines if not line.startswith("#"))
            known = {"ticket": ticket, **_VARIABLES}
            names = dict.fromkeys(_VARIABLE.findall(document))
            values = {name: known.get(name) for name in names}
            variables = json.dumps(values, ensure_ascii=False, indent=2)
        return self._page("ticket.jinja", ticket=ticket, document=document, variables=variables)

    def _page(self, template: str, **facts: Any) -> Response:  # noqa: ANN401 - what it shows
        page = self._templates.get_template(template).render(facts)
        return HTMLResponse(page, headers=_headers(_PAGE_POLICY))


def _headers(policy: str) -> dict[str, str]:
    # Addresses of these pages hold tickets.
    return {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}
