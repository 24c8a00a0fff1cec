"""Stock: the summary of what the caller's cabinet holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from persistence.stock import stock_summary

if TYPE_CHECKING:
    from resolvers.context import Context


async def stock(context: Context) -> list[dict[str, Any]]:
    """Return one row a product: its key and how many are sealed, revealed and sold."""
    return await context.reading.statement("stock", stock_summary, {})
