"""The newsroom: news from units of work, on any gateway, to the subscribers of this process."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

import structlog

from domain.news import NOBODY, News, Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection

MOST_WAITING = 100
"""How much news waits for one subscriber unless he says otherwise."""

_log = structlog.get_logger("persistence.newsroom")


class Mailbox:
    """What a subscriber has not taken yet, each object once; `tenant` is `None` for all tenants.

    With more than `most` pieces, or after a time in which news may have been missed, they become
    one without an object: look again at everything. `wake` is called when there is something new.
    """

    __slots__ = ("_most", "_waiting", "_wake", "tenant", "topic")

    def __init__(
        self,
        topic: Topic,
        tenant: UUID | None,
        wake: Callable[[], None],
        most: int = MOST_WAITING,
    ) -> None:
        """Begin empty."""
        self.topic = topic
        self.tenant = tenant
        self._wake = wake
        self._most = most
        self._waiting: dict[UUID | None, News] = {}

    def put(self, news: News) -> None:
        """Add a piece; what is known to wait already changes nothing."""
        waiting = self._waiting
        if None in waiting or news.object in waiting:
            return
        if news.object is None or len(waiting) >= self._most:
            waiting.clear()
            waiting[None] = News(news.topic, news.tenant)
        else:
            waiting[news.object] = news
        self._wake()

    def take(self) -> News | None:
        """Return the piece that waited longest, as one's own; `None` when there is none."""
        if not self._waiting:
            return None
        return self._waiting.pop(next(iter(self._waiting)))

    def __len__(self) -> int:
        """Return how much waits."""
        return len(self._waiting)


class Source(Protocol):
    """Where news of committed units comes from."""

    async def send(self, connection: AsyncConnection, news: Collection[News]) -> None:
        """Send news in the transaction of its unit."""
        ...

    def committed(self, news: Collection[News]) -> None:
        """Learn that the unit was committed."""
        ...

    async def ready(self) -> None:
        """Return when news is heard from now on; `DatabaseUnavailable` when it is not."""
        ...

    async def close(self) -> None:
        """Hear no more."""
        ...


class Newsroom:
    """The subscribers of this process by what they wait for."""

    def __init__(self) -> None:
        """Begin without a subscriber."""
        self._boxes: defaultdict[tuple[Topic, UUID | None], set[Mailbox]] = defaultdict(set)
        self.source: Source = InProcess(self)

    async def subscribe(self, mailbox: Mailbox) -> None:
        """Put into the mailbox what is committed from now on, until it leaves."""
        await self.source.ready()
        self._boxes[mailbox.topic, mailbox.tenant].add(mailbox)

    def leave(self, mailbox: Mailbox) -> None:
        """Put nothing more into it."""
        key = (mailbox.topic, mailbox.tenant)
        boxes = self._boxes.get(key)
        if boxes is not None:
            boxes.discard(mailbox)
            if not boxes:
                del self._boxes[key]

    def tell(self, news: Iterable[News]) -> None:
        """Put news into the mailboxes of those who wait for it."""
        for piece in news:
            for tenant in (piece.tenant, None):
                for mailbox in tuple(self._boxes.get((piece.topic, tenant), ())):
                    _put(mailbox, piece)

    def look_again(self) -> None:
        """Tell everybody that news may have been missed."""
        for boxes in tuple(self._boxes.values()):
            for mailbox in tuple(boxes):
                _put(mailbox, News(mailbox.topic, mailbox.tenant or NOBODY))

    @property
    def subscribers(self) -> int:
        """How many mailboxes there are."""
        return sum(len(boxes) for boxes in self._boxes.values())


def _put(mailbox: Mailbox, piece: News) -> None:
    # The unit is committed, and others wait: one who cannot be woken stops nobody.
    try:
        mailbox.put(piece)
    except Exception:  # noqa: BLE001 - whatever it is
        _log.exception("a subscriber could not be woken")


class InProcess:
    """News of this process only: SQLite serves one."""

    def __init__(self, newsroom: Newsroom) -> None:
        """Tell `newsroom`."""
        self._newsroom = newsroom

    async def send(self, connection: AsyncConnection, news: Collection[News]) -> None:
        """Wait for the commit."""

    def committed(self, news: Collection[News]) -> None:
        """Tell the news."""
        self._newsroom.tell(news)

    async def ready(self) -> None:
        """Return at once."""

    async def close(self) -> None:
        """Return at once."""
