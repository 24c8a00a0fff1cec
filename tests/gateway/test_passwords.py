from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from domain.ports import PasswordHasher
from domain.refusals import TryAgainLater
from gateway.passwords import ArgonHasher
from gateway.settings import Settings


@pytest.fixture
def hasher() -> Iterator[ArgonHasher]:
    hasher = ArgonHasher(Settings(argon2_memory_kib=64, argon2_time_cost=1, password_queue=2))
    yield hasher
    hasher.close()


async def test_a_hash_is_argon2id_of_the_cost_set(hasher: ArgonHasher) -> None:
    port: PasswordHasher = hasher

    hashed = await port.hash("пароль")

    assert hashed.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert hashed != await port.hash("пароль")
    assert port.dummy.startswith("$argon2id$v=19$m=64,t=1,p=1$")


async def test_each_hash_is_told_apart(hasher: ArgonHasher) -> None:
    good, other = await hasher.hash("good"), await hasher.hash("other")

    told = await hasher.matches("good", [other, good, hasher.dummy, good, "broken", ""])

    assert told == [False, True, False, True, False, False]
    assert await hasher.matches("", [hasher.dummy]) == [False]


async def test_every_hash_is_verified_whatever_the_others_say(
    hasher: ArgonHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = await hasher.hash("good")
    verified = []

    def fits(_argon: object, hashed: str, _password: str) -> bool:
        verified.append(hashed)
        return True

    monkeypatch.setattr("gateway.passwords._fits", fits)
    await hasher.matches("good", [good, hasher.dummy, good])

    assert verified == [good, hasher.dummy, good]


async def test_beyond_the_queue_people_are_told_to_try_again(
    hasher: ArgonHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    running = []

    def wait(password: str) -> str:
        running.append(threading.current_thread().name)
        release.wait(10)
        return password

    monkeypatch.setattr(hasher, "_argon", SimpleNamespace(hash=wait))
    taken = [asyncio.create_task(hasher.hash(f"{number}")) for number in range(3)]
    await asyncio.sleep(0.05)

    with pytest.raises(TryAgainLater) as refused:
        await hasher.hash("one too many")
    assert refused.value.retry_after == 1
    assert running == ["passwords_0"]

    taken[0].cancel()  # Its work is under way and keeps its place.
    await asyncio.sleep(0.05)
    with pytest.raises(TryAgainLater):
        await hasher.hash("still too many")

    taken[1].cancel()  # Its work had not begun and leaves its place.
    await asyncio.sleep(0.05)
    fourth = asyncio.create_task(hasher.hash("fits now"))
    await asyncio.sleep(0.05)
    release.set()

    assert await taken[2] == "2"
    assert await fourth == "fits now"
    assert await hasher.hash("and again") == "and again"
    assert set(running) == {"passwords_0"}
    assert len(running) == 4


async def test_the_event_loop_goes_on_meanwhile() -> None:
    hasher = ArgonHasher(Settings(argon2_memory_kib=65536, argon2_time_cost=4))
    job = asyncio.create_task(hasher.hash("x"))
    ticks = 0
    while not job.done():
        await asyncio.sleep(0)
        ticks += 1
    hasher.close()

    assert ticks > 100
