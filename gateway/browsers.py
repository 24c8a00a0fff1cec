"""What pages in browsers may send, where that is less than anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.bad_requests import BadRequest

if TYPE_CHECKING:
    from gateway.exchange import Exchange
    from gateway.requests import OperationRequest
    from gateway.settings import Settings
    from gateway.trusted import TrustedDocuments

_BROWSERS = (b"origin", b"sec-fetch-mode")
"""Headers that browsers send and their pages cannot take away."""


class BrowserRule:
    """Holds pages to trusted documents, if the settings say so."""

    def __init__(self, settings: Settings, trusted: TrustedDocuments) -> None:
        self._only_trusted = settings.browser_documents == "trusted"
        self._trusted = trusted

    def check(self, operation: OperationRequest, exchange: Exchange) -> None:
        """Raise `BadRequest` for a document that the page may not send."""
        if self._only_trusted and operation.query not in self._trusted and _browses(exchange):
            raise BadRequest(
                403, "UNTRUSTED_DOCUMENT", "Browsers may send only the documents of the cabinets."
            )


def _browses(exchange: Exchange) -> bool:
    """Whether it comes from a page in a browser."""
    return exchange.by_cookie or any(name in exchange.headers for name in _BROWSERS)
