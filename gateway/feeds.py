"""Feeds: subscriptions that were checked, each to be followed and answered news by news."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, get_variable_values

from domain.access import Capability
from gateway.bad_requests import BadRequest
from gateway.engine import Answer
from gateway.errors import request_errors
from persistence.newsroom import Mailbox
from schema.news import topic_of
from schema.projection import needs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from graphql import SelectionSetNode

    from domain.access import Actor
    from domain.news import News, Topic
    from gateway.exchange import Exchange
    from gateway.orders import Order
    from persistence.newsroom import Newsroom

    Event = Callable[[Order, News, Exchange], Awaitable[Answer | None]]


@dataclass(frozen=True, slots=True)
class OrderFeed:
    """Fulfils `gateway.endpoint.Feed`."""

    order: Order
    topic: Topic
    tenant: UUID | None
    newsroom: Newsroom
    event: Event

    async def follow(self, wake: Callable[[], None], most: int) -> Mailbox:
        """Return a mailbox that is told the news of this subscription from now on."""
        mailbox = Mailbox(self.topic, self.tenant, wake, most)
        await self.newsroom.subscribe(mailbox)
        return mailbox

    def leave(self, mailbox: Mailbox) -> None:
        """Put no more news into a mailbox."""
        self.newsroom.leave(mailbox)

    async def answer(self, news: News, caller: Actor, exchange: Exchange) -> Answer | None:
        """Answer for one piece of news; `None` when it is none of the caller's business."""
        return await self.event(replace(self.order, caller=caller), news, exchange)


def feed_of(order: Order, newsroom: Newsroom, event: Event) -> Answer:
    """Return the answer that is a feed, or says what is wrong with the variables."""
    caller, root = order.caller, order.schema.subscription_type
    if root is None:
        raise AssertionError
    field = root.fields[_root_field(order)]
    if caller is None or not needs(field) <= caller.capabilities:
        # The projection should have kept him from asking.
        raise BadRequest(400, "FORBIDDEN", "Not allowed")
    definitions = order.operation.variable_definitions or ()
    found = get_variable_values(order.schema, definitions, order.request.variables or {})
    if isinstance(found, list):
        return Answer(errors=request_errors(found, "BAD_USER_INPUT"), executed=False)
    # Who reads all tenants hears of all of them.
    everywhere = caller.may(Capability.READ_ALL_TENANTS)
    tenant = None if everywhere else caller.tenant
    return Answer(feed=OrderFeed(order, topic_of(field), tenant, newsroom, event))


def _root_field(order: Order) -> str:
    """Return the name of the one field that validation has left at the root."""
    document = order.prepared.document
    fragments = {
        node.name.value: node.selection_set
        for node in (document.definitions if document else ())
        if isinstance(node, FragmentDefinitionNode)
    }
    waiting: list[SelectionSetNode] = [order.operation.selection_set]
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode):
                return node.name.value
            if isinstance(node, FragmentSpreadNode):
                waiting.append(fragments[node.name.value])
            else:
                waiting.append(node.selection_set)  # type: ignore[attr-defined]
    raise AssertionError
