"""Which document a request means: one it sends, a trusted one by its identifier, or both.

There are two ways to give an identifier: `documentId`, as the appendix on persisted documents of
GraphQL over HTTP has it, and the `persistedQuery` of Apollo's clients.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from gateway.bad_requests import BadRequest, malformed
from gateway.trusted import PREFIX, identifier

if TYPE_CHECKING:
    from gateway.trusted import TrustedDocuments

_HASH = re.compile(r"[0-9a-fA-F]{64}")


def meant_document(
    members: dict[str, object], extensions: dict[str, object] | None, trusted: TrustedDocuments
) -> str:
    """Return the text of the document, sent as it is or by an identifier, or both."""
    query, named = members.get("query"), members.get("documentId")
    hashed = extensions.get("persistedQuery") if extensions else None
    if query is None and (named is not None or hashed is not None):
        return _trusted(named, hashed, trusted)
    if not isinstance(query, str) or not query or query.isspace():
        malformed("The parameter query must be a GraphQL document.")
    if named is not None and named != identifier(query):
        _mismatch("documentId")
    if hashed is not None and _hash(hashed) != identifier(query):
        _mismatch("extensions.persistedQuery.sha256Hash")
    return query


def _trusted(named: object, hashed: object, trusted: TrustedDocuments) -> str:
    if hashed is not None:
        by_hash = _hash(hashed)
        if named is not None and named != by_hash:
            _mismatch("documentId")
        text = trusted.text(by_hash)
        if text is None:
            # Message and code by which Apollo's clients know that they must send the text.
            raise BadRequest(
                404, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound", well_formed=True
            )
        return text
    if not isinstance(named, str) or not named:
        malformed("The parameter documentId must be the identifier of a document.")
    text = trusted.text(named)
    if text is None:
        raise BadRequest(
            404, "DOCUMENT_NOT_FOUND", "No trusted document has this documentId.", well_formed=True
        )
    return text


def _hash(persisted: object) -> str:
    """Return the identifier in Apollo's `persistedQuery`."""
    members = persisted if isinstance(persisted, dict) else {}
    found = members.get("sha256Hash") if members.get("version") == 1 else None
    if not isinstance(found, str) or not _HASH.fullmatch(found):
        malformed("extensions.persistedQuery must have the version 1 and a sha256Hash.")
    return PREFIX + found.lower()


def _mismatch(at: str) -> NoReturn:
    raise BadRequest(
        400, "DOCUMENT_MISMATCH", f"The parameter {at} is not that of the document sent.", at=at
    )
