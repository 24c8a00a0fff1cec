"""What the records of the audit are about, and what never stands in them."""

from __future__ import annotations

import ast
from pathlib import Path

from sqlalchemy import select

from domain.access import Role
from persistence.audit_log import ABOUT
from persistence.tables.audit import audit_records
from persistence.tables.licenses import licenses
from schema.audit import OBJECTS
from schema.nodes import node_types
from tests.client import Gateway
from tests.schema.bench import Bench
from tests.schema.operations import OPERATIONS
from tests.stories.test_audit import (
    HARMLESS,
    SECRET,
)
from tests.world import PASSWORD, World


def test_every_action_says_what_it_is_done_to() -> None:
    """Whoever audits another action names its object in `schema.audit.OBJECTS`."""
    done = set()
    for room in ("resolvers", "gateway"):
        for file in Path(room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call):
                    done |= _actions(node)
    assert done == OBJECTS.keys()
    prefixes = {prefix for some_ in OBJECTS.values() for prefix in some_}
    assert {node_types()[prefix].noun for prefix in prefixes} <= ABOUT.keys()


def _actions(call: ast.Call) -> set[str]:
    """Return the actions that a call records: the texts it is given, where it records any."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name not in {"audit", "audit_ticket", "record", "once", "_close", "_change"}:
        return set()
    given = (arg.value for arg in call.args if isinstance(arg, ast.Constant))
    return {text for text in given if isinstance(text, str)}


async def test_the_audit_keeps_no_secret(world: World, gateway: Gateway) -> None:
    """Everything that the cabinets can do is done; codes, tokens and passwords are not in it."""
    bench = await Bench(world, gateway).begin()
    for operation in OPERATIONS:
        for role in operation.meant:
            if operation.is_mutation and role is not Role.ANONYMOUS:
                variables = await bench.variables(operation.definition, role)
                await gateway.ask(await bench.token(role), operation.text, variables)
    cipher = world.tools.cipher
    codes = {
        cipher.open(row.id, row.code_cipher, row.code_key)
        for row in await world.rows(select(licenses))
    }
    records = await world.rows(select(audit_records))
    assert len({record.action for record in records}) > 30
    for record in records:
        kept = f"{record.before} {record.after} {record.address} {record.request_id}"
        assert not any(code in kept for code in codes), record.action
        assert PASSWORD not in kept
        told = HARMLESS.sub("", f"{record.before} {record.after}")
        assert not SECRET.search(told), (record.action, told)
