"""The catalogue of a PostgreSQL database, as its own functions print it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

QUERIES = {
    "relation": """
SELECT c.relname, concat_ws(' ', c.relkind, c.relpersistence, CAST(c.reloptions AS text))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relname <> :apart AND c.relkind NOT IN ('i', 't', 'c')
""",
    "column": """
SELECT c.relname || '.' || a.attname,
  concat_ws(' ', format_type(a.atttypid, a.atttypmod), 'COLLATE ' || l.collname,
    CASE WHEN a.attnotnull THEN 'NOT NULL' END, 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid),
    'IDENTITY ' || nullif(CAST(a.attidentity AS text), ''),
    'GENERATED ' || nullif(CAST(a.attgenerated AS text), ''))
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE n.nspname = 'public' AND c.relname <> :apart AND c.relkind IN ('r', 'p', 'v', 'm')
  AND a.attnum > 0 AND NOT a.attisdropped
""",
    # From 18 on NOT NULL is a constraint as well; here it is a fact of the column.
    "constraint": """
SELECT c.relname || '.' || k.conname,
  concat_ws(' ', pg_get_constraintdef(k.oid), CASE WHEN NOT k.convalidated THEN 'UNCHECKED' END)
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relname <> :apart AND k.contype <> 'n'
""",
    "index": """
SELECT c.relname || '.' || i.relname,
  concat_ws(' ', pg_get_indexdef(x.indexrelid), CASE WHEN NOT x.indisvalid THEN 'INVALID' END)
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relname <> :apart
""",
    "trigger": """
SELECT c.relname || '.' || g.tgname, concat_ws(' ', pg_get_triggerdef(g.oid), g.tgenabled)
FROM pg_trigger g
JOIN pg_class c ON c.oid = g.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relname <> :apart AND NOT g.tgisinternal
""",
    "function": """
SELECT f.proname || '(' || pg_get_function_identity_arguments(f.oid) || ')',
  pg_get_functiondef(f.oid)
FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
WHERE n.nspname = 'public' AND f.prokind IN ('f', 'p') AND f.proname <> :apart
""",
    "type": """
SELECT t.typname, string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder)
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
JOIN pg_enum e ON e.enumtypid = t.oid
WHERE n.nspname = 'public' AND t.typname <> :apart GROUP BY t.typname
""",
}


async def read(connection: AsyncConnection, apart: str) -> dict[str, str]:
    """Return every definition of the schema `public` but those of the table `apart`."""
    found = {}
    for what, query in QUERIES.items():
        for name, definition in await connection.execute(text(query), {"apart": apart}):
            found[f"{what} {name}"] = definition
    return found
