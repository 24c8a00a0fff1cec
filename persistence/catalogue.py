"""The nouns that can be read, by name."""

from __future__ import annotations

from persistence import (
    audit_log,
    companies,
    documents,
    drafts,
    firms,
    letters,
    licenses,
    links,
    other_companies,
    outlets,
    partners,
    products,
    regions,
    registrations,
    sessions,
    showings,
    stock,
    tenants,
    tokens,
    users,
)
from persistence.reads import Reads

NOUNS: dict[str, Reads] = {
    "api_tokens": tokens.READS,
    "audit": audit_log.READS,
    "companies": companies.READS,
    "document_lines": documents.LINES,
    "documents": documents.READS,
    "firm_drafts": drafts.FIRMS,
    "firms": firms.READS,
    "letters": letters.READS,
    "licenses": licenses.READS,
    "link_requests": links.REQUESTS,
    "links": links.LINKS,
    "mrcs": regions.MRCS,
    "other_companies": other_companies.READS,
    "outlets": outlets.READS,
    "partner_drafts": drafts.PARTNERS,
    "partners": partners.READS,
    "products": products.READS,
    "regional_clients": regions.CLIENTS,
    "registrations": registrations.READS,
    "sessions": sessions.READS,
    "showings": showings.READS,
    "stock": stock.READS,
    "tenants": tenants.READS,
    "users": users.READS,
}
