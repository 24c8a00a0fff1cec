"""The connections of reads: none is lost, none is given twice, none waits for ever."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from persistence.connections import Connection, Connections, PoolExhausted


class Fake:
    def __init__(self) -> None:
        self.closed = False

    def is_closed(self) -> bool:
        return self.closed

    def terminate(self) -> None:
        self.closed = True

    async def close(self) -> None:
        self.closed = True


class Server:
    """Opens connections, unless it is down."""

    def __init__(self) -> None:
        self.opened: list[Any] = []
        self.down = False

    async def connect(self) -> Any:
        await asyncio.sleep(0)
        if self.down:
            raise ConnectionRefusedError
        self.opened.append(Fake())
        return self.opened[-1]


def pool(server: Server, size: int = 2, wait: float = 0.05) -> Connections:
    return Connections(server.connect, size, wait)


async def test_a_connection_is_used_again() -> None:
    server = Server()
    connections = pool(server)
    for _ in range(3):
        connections.release(await connections.acquire(), broken=False)
    assert len(server.opened) == 1


async def test_who_waits_in_vain_is_told() -> None:
    connections = pool(Server())
    held = [await connections.acquire(), await connections.acquire()]
    with pytest.raises(PoolExhausted):
        await connections.acquire()
    connections.release(held[0], broken=False)
    assert await connections.acquire() is held[0]


async def test_many_share_a_few_and_never_one_at_once() -> None:
    server = Server()
    connections = pool(server, wait=5)
    held: set[int] = set()

    async def use(number: int) -> None:
        connection = await connections.acquire()
        assert id(connection) not in held
        held.add(id(connection))
        await asyncio.sleep(0)
        held.remove(id(connection))
        connections.release(connection, broken=number % 7 == 0)

    await asyncio.gather(*(use(number) for number in range(200)))
    assert sum(not one.closed for one in server.opened) <= 2


async def test_a_broken_connection_makes_room_for_a_new_one() -> None:
    server = Server()
    connections = pool(server, size=1, wait=5)
    broken = await connections.acquire()
    waiting = asyncio.create_task(connections.acquire())
    await asyncio.sleep(0)
    connections.release(broken, broken=True)
    assert await waiting is server.opened[1]
    assert server.opened[0].closed


async def test_what_is_handed_to_somebody_who_left_is_not_lost() -> None:
    connections = pool(Server(), size=1, wait=5)
    held = await connections.acquire()
    leaving = asyncio.create_task(connections.acquire())
    await asyncio.sleep(0)
    connections.release(held, broken=False)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await connections.acquire() is held


async def test_a_server_that_was_down_is_reached_again() -> None:
    server = Server()
    connections = pool(server, size=1)
    server.down = True
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            await connections.acquire()
    server.down = False
    assert await connections.acquire() is server.opened[0]


async def test_idle_connections_can_be_dropped() -> None:
    server = Server()
    connections = pool(server, size=1)
    connections.release(await connections.acquire(), broken=False)
    connections.expire()
    assert await connections.acquire() is server.opened[1]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_statement_lives_through_a_change_of_its_table(database_url: str) -> None:
    """Statements are kept prepared; a migration beside a running gateway must not break them."""
    dsn = database_url.replace("postgresql+asyncpg:", "postgresql:")
    other = await asyncpg.connect(dsn)
    connection = Connection(await asyncpg.connect(dsn))
    await other.execute("CREATE TABLE changing (a int)")
    await other.execute("INSERT INTO changing VALUES (1)")
    query = "SELECT * FROM changing WHERE a = $1"
    assert [tuple(row) for row in await connection.fetch(query, [1])] == [(1,)]
    await other.execute("ALTER TABLE changing ADD COLUMN b int DEFAULT 2")
    for _ in range(2):
        assert [tuple(row) for row in await connection.fetch(query, [1])] == [(1, 2)]
    await connection.close()
    await other.execute("DROP TABLE changing")
    await other.close()
