"""The engine: answers operations in the schema of their caller's role.

A query goes by its plan (`resolvers.reading`); root fields that a plan does not know, and
mutations, go by the ordinary executor.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from graphql import OperationType, execute

from domain.access import Capability, grants_of
from domain.news import Topic
from gateway.bad_requests import BadRequest, MutationOverGet
from gateway.credentials import Unauthenticated
from gateway.engine import Answer
from gateway.errors import FATAL, cause, request_errors
from gateway.feeds import feed_of
from gateway.limits import LimitExceeded
from gateway.orders import Order, answer_of, order_of, plan_of, told_of
from gateway.schemas import Schemas
from persistence import audit
from persistence.newsroom import Mailbox
from resolvers.accounts import Identities
from resolvers.context import Context
from resolvers.reading.loaders import QueryCache, Reading
from resolvers.reading.plan import Answered, Asking, Course
from resolvers.reading.steps import SessionEnded
from resolvers.reading.windows import Window
from resolvers.uses import Uses
from schema.news import Unseen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime
    from uuid import UUID

    from graphql import DocumentNode, ExecutionResult

    from domain.access import Actor, Caller
    from domain.news import News
    from gateway.exchange import Exchange
    from gateway.requests import OperationRequest
    from gateway.settings import Settings
    from resolvers.context import Tools
    from resolvers.reading.plan import Plan

FAILED = "failed"

_log = structlog.get_logger("gateway.execution")


@dataclass(slots=True)
class Ready:
    """What answers a request at once, for callers of one kind with the same capabilities."""

    course: Course
    kind: str
    name: str | None
    extensions: dict[str, Any]


class GraphQLEngine:
    """Fulfils `gateway.endpoint.Engine`."""

    def __init__(self, tools: Tools, settings: Settings) -> None:
        self._tools = tools
        self._settings = settings
        self._schemas = Schemas(settings)
        self._identities = Identities(tools.database)
        self.uses = Uses(tools.database)
        self._queries = QueryCache(tools.database.reader)
        self._window_of = partial(Window.of, largest=tools.rules.page_limit)

    async def identify(self, token: str) -> Actor | None:
        """Return whose token it is; `None` when it is unknown, expired or revoked."""
        actor = await self._identities.identify(token)
        if actor is not None:
            self.uses.note(actor.session, self._tools.database.clock.now())
        return actor

    async def ended_sessions(self, wake: Callable[[], None]) -> Mailbox:
        """Return a mailbox that is told, from now on, that sessions have ended or changed."""
        mailbox = Mailbox(Topic.SESSIONS, None, wake)
        await self._tools.database.newsroom.subscribe(mailbox)
        return mailbox

    async def quick_answer(
        self, request: OperationRequest, token: str, exchange: Exchange
    ) -> Answer | None:
        """Answer a query by a plan whose statements ask for the session themselves.

        `None` when the caller must be identified first: nothing was told or done then.
        """
        actor = self._identities.recall(token)
        if actor is None:
            return None
        key = (actor.capabilities, actor.kind)
        ready = request.ready.get(key)
        if ready is None:
            ready = self._ready(request, actor)
            if ready is None:
                return None
            request.ready[key] = ready
        exchange.operation_kind, exchange.operation_name = ready.kind, ready.name
        now = self._tools.database.clock.now()
        try:
            answered = await self._by_course(ready.course, actor, now)
        except SessionEnded:
            self._identities.forget(token)
            return None
        if answered.left:
            return None
        self.uses.note(actor.session, now)
        exchange.role = actor.label
        exchange.way = "plan"
        if answered.owners:
            await self._audit_looks(actor, answered.owners, exchange)
        return Answer(data=answered.data, extensions=ready.extensions)

    def _ready(self, request: OperationRequest, actor: Actor) -> Ready | None:
        """Return what answers a request whose document was prepared before, if a plan does."""
        documents = self._schemas.of(actor.capabilities)
        prepared = documents.known(request.query)
        operation = None if prepared is None else prepared.operation(request.operation_name)
        if prepared is None or operation is None:
            return None
        order = order_of(actor, documents.schema, prepared, operation, request)
        plan = plan_of(order)
        if plan is None or order.cost.requested > self._settings.cost_limit:
            return None
        course = _course(plan, self._asking(order))
        if not course.complete:
            return None
        kind, name = told_of(operation)
        return Ready(course, kind, name, order.cost.extensions)

    async def answer(self, request: OperationRequest, caller: Caller, exchange: Exchange) -> Answer:
        """Execute the operation; raises what fails the request as a whole."""
        documents = self._schemas.of(grants_of(caller))
        prepared = await documents.prepare(request.query)
        if prepared.errors:
            return Answer(errors=request_errors(prepared.errors, prepared.code), executed=False)
        operation = prepared.operation(request.operation_name)
        if operation is None:
            raise BadRequest(400, "OPERATION_NOT_FOUND", "Name one of the document's operations.")
        exchange.operation_kind, exchange.operation_name = told_of(operation)
        if request.only_queries and operation.operation is OperationType.MUTATION:
            raise MutationOverGet
        order = order_of(caller, documents.schema, prepared, operation, request)
        self._refuse_costly(order)
        if operation.operation is OperationType.SUBSCRIPTION:
            return feed_of(order, self._tools.database.newsroom, self._event)
        plan = plan_of(order)
        if plan is None:
            exchange.way = "executor"
            result = await self._execute(order, prepared.document, exchange)
            return answer_of(result, exchange, order.cost)
        course = _course(plan, self._asking(order))
        try:
            answered = await self._by_course(course, caller, self._tools.database.clock.now())
        except SessionEnded:
            raise Unauthenticated from None
        await self._audit_looks(caller, answered.owners, exchange)
        return await self._completed(order, plan, answered, exchange)

    async def _completed(
        self, order: Order, plan: Plan, answered: Answered, exchange: Exchange
    ) -> Answer:
        """Let the executor answer what a plan left."""
        left = answered.left
        if not left:
            exchange.way = "plan"
            return Answer(data=answered.data, extensions=order.cost.extensions)
        exchange.left = left
        exchange.way = "executor" if len(left) == len(plan.nodes) else "mixed"
        document = order.prepared.document
        if exchange.way == "mixed" and order.prepared.plans is not None:
            document = order.prepared.plans.left(order.operation, plan, left)
        result = await self._execute(order, document, exchange)
        told = answer_of(result, exchange, order.cost)
        if told.executed:
            told.data = None if told.data is None else {**answered.data, **told.data}
        if Capability.READ_ALL_TENANTS in grants_of(order.caller):
            told.extensions = {**(told.extensions or {}), "executor": left}
        return told

    def _asking(self, order: Order) -> Asking:
        return Asking(
            caller=order.caller,
            variables=order.request.variables or {},
            window_of=self._window_of,
            dialect=self._tools.database.reader.dialect,
        )

    async def _by_course(self, course: Course, caller: Caller, now: datetime) -> Answered:
        """Take a course; what nobody expected leaves all to the executor, to tell it by path."""
        try:
            return await course.answer(self._tools.database.reader, caller, now)
        except (*FATAL, SessionEnded):
            raise
        except Exception as error:  # noqa: BLE001 - a fault of a plan must not be the client's
            _log.warning("a plan failed", error=type(error).__name__)
            return Answered({}, dict.fromkeys(course.responses, FAILED))

    def _refuse_costly(self, order: Order) -> None:
        limit = self._settings.cost_limit
        cost = order.cost.requested
        if cost > limit:
            message = f"The operation costs up to {cost}; the limit is {limit}."
            raise LimitExceeded("TOO_COSTLY", message, limit, cost=cost)

    async def _event(self, order: Order, news: News, exchange: Exchange) -> Answer | None:
        """Answer a subscription for one piece of news; `None` when the caller may not see it."""
        result = await self._execute(order, order.prepared.document, exchange, news)
        if any(isinstance(cause(error), Unseen) for error in result.errors or ()):
            return None
        return answer_of(result, exchange, order.cost)

    async def _execute(
        self,
        order: Order,
        document: DocumentNode | None,
        exchange: Exchange,
        news: News | None = None,
    ) -> ExecutionResult:
        if document is None:
            raise AssertionError
        context = self._context(order, exchange)
        result: Any = execute(
            order.schema,
            document,
            root_value=news,
            context_value=context,
            variable_values=order.request.variables,
            operation_name=order.request.operation_name,
        )
        if hasattr(result, "__await__"):
            awaitable: Awaitable[ExecutionResult] = result
            result = await awaitable
        await self._audit_looks(order.caller, context.reading.owners, exchange)
        return result  # type: ignore[no-any-return]

    def _context(self, order: Order, exchange: Exchange) -> Context:
        database, caller = self._tools.database, order.caller
        return Context(
            caller=caller,
            tools=self._tools,
            reading=Reading(database.reader, self._queries, caller, database.clock.now()),
            exchange=exchange,
            types=order.schema.type_map,
        )

    async def _audit_looks(self, caller: Caller, owners: set[UUID], exchange: Exchange) -> None:
        """Commit who was looked at before any row leaves, when support looked [ruling]."""
        if caller is None or not caller.may(Capability.READ_ALL_TENANTS):
            return
        foreign = owners - {caller.tenant}
        if not foreign:
            return
        looks = [(None, owner) for owner in sorted(foreign)]
        await self._tools.database.carry_out(
            lambda unit: audit.record(
                unit,
                caller,
                "look",
                exchange.request_id,
                looks,
                address=exchange.client or None,
            )
        )


def _course(plan: Plan, asking: Asking) -> Course:
    """Return the steps; what nobody expected leaves all to the executor."""
    try:
        return plan.course(asking)
    except Exception as error:  # noqa: BLE001 - a fault of a plan must not be the client's
        _log.warning("a plan failed", error=type(error).__name__)
        responses = tuple(plan.nodes)
        return Course.of(responses, {}, dict.fromkeys(responses, FAILED))
