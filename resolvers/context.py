"""The context of one operation: who asks, and through what everything is reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from domain.access import Actor
from domain.attempts import SIGN_IN_WINDOW, Throttle, client_network
from persistence import accounts, attempts, audit, letters
from resolvers.reading.windows import Window

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container, Iterable, Mapping, Sequence
    from uuid import UUID

    from domain.access import Caller
    from domain.letters import Letter
    from domain.ports import CodeCipher, LetterCipher, PasswordHasher
    from domain.users import Member
    from persistence.database import Database, Unit
    from resolvers.reading.loaders import Reading


T = TypeVar("T")


class Exchange(Protocol):
    """What a use case may know of, and do to, the request that carries the operation."""

    request_id: str
    client: str
    """The address of the client; empty when unknown."""

    @property
    def user_agent(self) -> str:
        """What the client calls itself."""

    @property
    def language(self) -> str:
        """`ru` or `en`: the language the client wants messages in."""

    @property
    def cookies_allowed(self) -> bool:
        """Whether a session cookie may be set."""

    def set_session_cookie(self, token: str, max_age: int) -> None:
        """Hand the session to the browser; `max_age` in seconds."""
        ...

    def drop_session_cookie(self) -> None:
        """Tell the browser to forget the session."""
        ...


class Decisions(Protocol):
    """The settings that use cases follow."""

    @property
    def session_lifetime_hours(self) -> int:
        """How long a session lives, hours."""

    @property
    def link_request_days(self) -> int:
        """After how many days a link request expires."""

    @property
    def sign_ins_per_account(self) -> int:
        """How often in a quarter of an hour one may fail to sign in to an account."""

    @property
    def sign_ins_per_address(self) -> int:
        """How often in a quarter of an hour one may try to sign in from an address."""

    @property
    def api_token_days(self) -> int:
        """How long an API token may live, days."""

    @property
    def mrc_password_only(self) -> bool:
        """Whether administrators of MRCs sign in with a password alone."""

    @property
    def page_limit(self) -> int:
        """The largest page."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings decide about the use cases."""

    session_lifetime: timedelta
    link_request_lifetime: timedelta
    sign_ins_by_account: Throttle
    sign_ins_by_address: Throttle
    longest_token: timedelta
    mrc_password_only: bool
    page_limit: int

    @classmethod
    def of(cls, settings: Decisions) -> Rules:
        """Return the rules that settings decide."""
        return cls(
            session_lifetime=timedelta(hours=settings.session_lifetime_hours),
            link_request_lifetime=timedelta(days=settings.link_request_days),
            sign_ins_by_account=Throttle(
                "signIn.account", settings.sign_ins_per_account, SIGN_IN_WINDOW
            ),
            sign_ins_by_address=Throttle(
                "signIn.address", settings.sign_ins_per_address, SIGN_IN_WINDOW
            ),
            longest_token=timedelta(days=settings.api_token_days),
            mrc_password_only=settings.mrc_password_only,
            page_limit=settings.page_limit,
        )


@dataclass(frozen=True, slots=True)
class Tools:
    """What every operation of a process shares."""

    database: Database
    passwords: PasswordHasher
    cipher: CodeCipher
    envelopes: LetterCipher
    rules: Rules
    posted: Callable[[], None] = lambda: None
    """Called when letters were staged that could be sent now."""


class AccountClosed(Exception):
    """The caller was blocked, removed or demoted while his order was under way."""


@dataclass(frozen=True, slots=True)
class Context:
    """One operation: its caller, its reads and the tools."""

    caller: Caller
    tools: Tools
    reading: Reading
    exchange: Exchange
    types: Container[str]
    """The names of the types that the caller's schema has."""

    @property
    def actor(self) -> Actor:
        """The signed-in caller; permission classes keep the anonymous one from here."""
        if self.caller is None:
            raise PermissionError
        return self.caller

    @property
    def database(self) -> Database:
        """The database."""
        return self.tools.database

    async def carry_out(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        """Carry out a unit of work; what was read before it is not shown behind it."""
        result = await self.tools.database.carry_out(work)
        self.reading.forget()
        return result

    def window(
        self, first: int | None, after: str | None, last: int | None, before: str | None
    ) -> Window:
        """Return the window of Relay's arguments, within the largest page of the settings."""
        return Window.of(first, after, last, before, largest=self.tools.rules.page_limit)

    async def audit(
        self,
        unit: Unit,
        action: str,
        objects: Iterable[tuple[UUID | None, UUID | None]],
        *,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        """Record that the actor did `action` to each of (object, owner), and what changed."""
        await audit.record(
            unit,
            self.actor,
            action,
            self.exchange.request_id,
            objects,
            address=self.exchange.client or None,
            before=before,
            after=after,
        )

    async def audit_ticket(self, unit: Unit, member: Member, action: str) -> None:
        """Record what a user did to his own account by the ticket of a letter."""
        await audit.record(
            unit,
            audit.Author(member.user, member.tenant),
            action,
            self.exchange.request_id,
            [(member.user, member.tenant)],
            address=self.exchange.client or None,
        )

    async def post(self, unit: Unit, letter: Letter) -> None:
        """Stage a letter: it is sent if, and only if, the unit commits."""
        await letters.add_letter(unit, letter, self.tools.envelopes)
        unit.afterwards.append(self.tools.posted)

    async def post_all(self, unit: Unit, promised: Sequence[Letter]) -> None:
        """Stage letters, however many, by one statement."""
        await letters.add_letters(unit, promised, self.tools.envelopes)
        unit.afterwards.append(self.tools.posted)

    async def stand(self, unit: Unit) -> None:
        """Raise `AccountClosed` unless the caller's account is still open, with his right.

        Who was let in may have waited for a lock while he was blocked. Called behind the locks,
        an order is carried out wholly before that or not at all.
        """
        actor = self.actor
        # A POS has no account; its own orders look at its device.
        if actor.right is not None and not await accounts.is_open(unit, actor.user, actor.right):
            raise AccountClosed

    async def throttle(self, throttle: Throttle, subject: str) -> None:
        """Count an attempt; `TryAgainLater` when it is one too many."""
        await self.tools.database.carry_out(lambda unit: attempts.spend(unit, throttle, subject))

    async def throttle_client(self, throttle: Throttle) -> None:
        """Count an attempt of the client, if it is known."""
        if self.exchange.client:
            await self.throttle(throttle, client_network(self.exchange.client))
