"""The small rows of a filled database: tenants, accounts, products, documents, sessions.

Written through the tables of `persistence`, so that both databases get the same.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import argon2
import uuid_utils.compat
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from persistence.tables import METADATA

if TYPE_CHECKING:
    from uuid import UUID

LOGIN, PASSWORD = "seller@example.com", "correct horse battery"
COMPANIES = 500
PRODUCTS = ("MyPOS Front", "MyPOS Касса", "MyPOS Склад", "MyPOS Кухня", "MyPOS Отчёты")
SELLER, RIVAL = "ЦТО «Сидоров»", "ЦТО «Кузнецова»"
INN = "7707083893"

Rows = dict[str, list[dict[str, Any]]]


def new_key() -> UUID:
    return uuid_utils.compat.uuid7()


@dataclass(frozen=True)
class Company:
    """A company linked to the seller; it holds licenses that it bought by one document."""

    id: UUID
    firm: UUID
    sale: UUID


class World:
    """Who asks in the benchmarks, and the keys that licenses refer to."""

    def __init__(self, licenses: int) -> None:
        """Think a world of so many licenses out; `write` puts it into a database."""
        self.licenses = licenses
        self.now = datetime.now(UTC)
        self.token = secrets.token_urlsafe(32)
        """Of the seller's admin."""
        self.seller, self.rival = new_key(), new_key()
        self.user, self.rivals_user = new_key(), new_key()
        self.companies = [Company(new_key(), new_key(), new_key()) for _ in range(COMPANIES)]
        self.products = [new_key() for _ in PRODUCTS]
        """Six licenses in ten are of the first."""
        self.issue, self.rivals_issue, self.reveal = new_key(), new_key(), new_key()

    async def write(self, url: str) -> None:
        """Insert the rows into the migrated database at an SQLAlchemy URL."""
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.begin() as connection:
            for table, rows in self._rows().items():
                await connection.execute(insert(METADATA.tables[table]), rows)
        await engine.dispose()

    def _rows(self) -> Rows:
        """Return the rows in the order to insert them."""
        users = self._users()
        return {
            "tenants": self._tenants(),
            "partners": [
                {"id": key, "inn": INN, "address": "", "head": "", "phone": ""}
                for key in (self.seller, self.rival)
            ],
            "companies": [{"id": company.id} for company in self.companies],
            "firms": [
                {
                    "id": company.firm,
                    "company_id": company.id,
                    "name": "ООО «Кофейня»",
                    "inn": INN,
                    "email": "firm@example.com",
                    "is_main": True,
                }
                for company in self.companies
            ],
            "users": users,
            "sessions": [
                {
                    "id": new_key(),
                    "token_hash": hashlib.sha256(
                        (self.token if user["id"] == self.user else secrets.token_hex()).encode()
                    ).digest(),
                    "user_id": user["id"],
                    "created_at": self.now,
                    "expires_at": self.now + timedelta(days=1),
                }
                for user in users
            ],
            "partner_links": [
                {
                    "id": new_key(),
                    "company_id": company.id,
                    "partner_id": self.seller,
                    "started_at": self.now,
                }
                for company in self.companies
            ],
            "products": [
                {"id": key, "name": name, "name_key": name.lower(), "created_at": self.now}
                for key, name in zip(self.products, PRODUCTS, strict=True)
            ],
            "documents": self._documents(),
            "document_counters": [
                {"tenant_id": self.seller, "last_number": COMPANIES + 2},
                {"tenant_id": self.rival, "last_number": 1},
            ],
        }

    def _tenants(self) -> list[dict[str, Any]]:
        named = [(self.seller, "PARTNER", SELLER), (self.rival, "PARTNER", RIVAL)]
        named += [(c.id, "COMPANY", f"Кофейня {n}") for n, c in enumerate(self.companies)]
        return [
            {
                "id": key,
                "kind": kind,
                "name": name,
                "name_key": name.lower(),
                "search": name.lower(),
                "created_at": self.now,
                "confirmed_at": self.now,
            }
            for key, kind, name in named
        ]

    def _users(self) -> list[dict[str, Any]]:
        hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
        accounts = [
            (self.user, self.seller, LOGIN, hasher.hash(PASSWORD)),
            (self.rivals_user, self.rival, "rival@example.com", None),
        ]
        accounts += [
            (new_key(), company.id, f"company{n}@example.com", None)
            for n, company in enumerate(self.companies)
        ]
        return [
            {
                "id": key,
                "tenant_id": tenant,
                "name": "Админ",
                "email": email,
                "email_key": email,
                "right": "ADMIN",
                "is_contact": True,
                "password_hash": hashed,
                "created_at": self.now,
                "confirmed_at": self.now,
            }
            for key, tenant, email, hashed in accounts
        ]

    def _documents(self) -> list[dict[str, Any]]:
        def document(key: UUID, number: int, kind: str, buyer: Company | None) -> dict[str, Any]:
            rivals = key == self.rivals_issue
            return {
                "id": key,
                "issuer_id": self.rival if rivals else self.seller,
                "issuer_name": RIVAL if rivals else SELLER,
                "number": number,
                "kind": kind,
                "created_at": self.now,
                "user_id": self.rivals_user if rivals else self.user,
                "user_name": "Админ",
                "buyer_id": buyer and buyer.id,
                "buyer_firm_id": buyer and buyer.firm,
                "buyer_name": buyer and "ООО «Кофейня»",
                "buyer_inn": buyer and INN,
                "quantity": self.licenses,
            }

        return [
            document(self.issue, 1, "ISSUE", None),
            document(self.rivals_issue, 1, "ISSUE", None),
            document(self.reveal, 2, "REVEAL_TO_SELF", None),
            *(
                document(company.sale, number, "SALE_TO_REGISTERED_COMPANY", company)
                for number, company in enumerate(self.companies, start=3)
            ),
        ]
