"""What each role asks: every root list as wide as a page can be, and lists within lists."""

from __future__ import annotations

COMPANY = "company { id name }"
"""Not in the schema of a company: the only one it could see is itself."""
LICENSE = f"""id maskedCode state issuedAt sold product {{ id name }} firm {{ id name }}
  holder {{ kind name {COMPANY} partner {{ id name }} }}
  document {{ id number kind issuerName }}"""
PAGE = "pageInfo { hasNextPage endCursor } totalCount"
LINE = "lines(first: 2) { edges { node { productName product { id name } } } }"

LISTS = {
    "licenses": LICENSE,
    "documents": """id number kind buyerName issuer { name } user { name } partner { name }
      firm { name }""",
    "partners": "id name",
    "companies": "id name partner { id name }",
    "companiesOfOtherPartners": "id name partner { name } licenseCount userCount firmCount",
    "products": "id name",
    "partnerLinks": "id startedAt endedAt partner { id name }",
    "linkRequests": "id state companyName companyInn partner { id name }",
    "regionalClients": "id name region boundAt",
}

NESTED = {
    "licenses of documents": f"""documents(first: 100) {{ edges {{ node {{ number {LINE}
      licenses(first: 2) {{ edges {{ node {{ {LICENSE} }} }} totalCount }} }} }} }}""",
    "documents of licenses": f"""licenses(first: 100) {{ edges {{ node {{ product {{ name }}
      document {{ number user {{ name }} {LINE}
        licenses(first: 2) {{ edges {{ node {{ state product {{ name }} }} }} }} }} }} }} }}""",
    "licenses of companies": f"""companies(first: 100) {{ edges {{ node {{ name
      partner {{ name users(first: 2) {{ edges {{ node {{ email }} }} }} }}
      firms(first: 2) {{ edges {{ node {{ name isMain }} }} totalCount }}
      contacts(first: 2) {{ edges {{ node {{ name email }} }} }}
      licenses(first: 2) {{ edges {{ node {{ {LICENSE} document {{ {LINE} }} }} }} }}
      links(first: 2) {{ edges {{ node {{ startedAt partner {{ name }} }} }} }}
      linkRequests(first: 2) {{ edges {{ node {{ state partner {{ name }} }} }} }} }} }} }}""",
    "lists of the own company": f"""viewer {{ company {{
      firms(first: 100) {{ edges {{ node {{ name }} }} }}
      outlets(first: 100) {{ edges {{ node {{ name }} }} }}
      contacts(first: 100) {{ edges {{ node {{ email }} }} }}
      licenses(first: 100) {{ edges {{ node {{ {LICENSE} document {{ {LINE} }} }} }} }}
      links(first: 100) {{ edges {{ node {{ partner {{ name }} }} }} }}
      linkRequests(first: 100) {{ edges {{ node {{ partner {{ name }} }} }} }} }} }}""",
    "users of partners": """partners(first: 100) { edges { node { name licenseCount
      users(first: 2) { edges { node { name email } } totalCount } } } }""",
    "partners of links": """partnerLinks(first: 100, scope: ALL) { edges { node { startedAt
      partner { name inn } company { name firms(first: 2) { edges { node { name } } } } } } }""",
    "partners of requests": """linkRequests(first: 100) { edges { node { state
      partner { name inn } company { name firms(first: 2) { edges { node { name } } } } } } }""",
}

LICENSOR = (
    "licenses documents partners companies companiesOfOtherPartners products partnerLinks "
    "linkRequests"
)
SELLER = "licenses documents companies products partnerLinks linkRequests"
TRADE = ("licenses of documents", "documents of licenses")
PARTIES = ("licenses of companies", "partners of links", "partners of requests")
ASKED: dict[str, tuple[str, tuple[str, ...]]] = {
    "licensor": (LICENSOR, (*TRADE, *PARTIES, "users of partners")),
    "support": (
        "licenses documents partners companies products partnerLinks linkRequests regionalClients",
        (*TRADE, *PARTIES, "users of partners"),
    ),
    "partner": (SELLER, (*TRADE, *PARTIES)),
    "company": (
        "licenses documents partners products partnerLinks linkRequests",
        (*TRADE, "lists of the own company"),
    ),
    "mrc": ("regionalClients", ()),
}

STOCK = "query { stock { product { name } sealed revealed sold } }"


def questions(role: str) -> dict[str, str]:
    """Return the queries of a role by name; all are constant, whatever there is to find."""
    lists, nested = ASKED[role]
    asked = {name: f"query {{ {NESTED[name]} }}" for name in nested}
    for name in lists.split():
        scope = ", scope: ALL" if name == "partnerLinks" else ""
        edges = f"edges {{ node {{ {LISTS[name]} }} }}"
        asked[name] = f"query {{ {name}(first: 100{scope}) {{ {edges} {PAGE} }} }}"
    if role in {"licensor", "partner", "company"}:
        asked["stock"] = STOCK
    if role == "company":
        return {name: query.replace(COMPANY, "") for name, query in asked.items()}
    return asked
