"""Fields of subscriptions: each says what news it waits for, and reads anew what that is about."""

from __future__ import annotations

from typing import Any

import strawberry
from graphql import GraphQLField, GraphQLSchema
from strawberry.types import Info

from domain.news import News, Topic
from resolvers.reading.listings import Listing
from schema.fields import Permissions, row_type
from schema.nodes import build, look_up
from schema.projection import BACKREF

TOPIC = "topic"
"""The key under which the metadata of a field holds what news it waits for."""


class Unseen(Exception):
    """What the news is about is not the subscriber's to see: he is told nothing."""


class UndeclaredTopic(TypeError):
    """A subscription says nothing of what it waits for."""


def changed(topic: Topic, description: str, *, needs: Permissions) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare a row that news of this topic names; null when anything may have changed."""

    async def resolve(root: Any, info: Info) -> Any:  # noqa: ANN401 - news; a row of any type
        news: News = root
        if news.object is None:
            return None
        row = await look_up(info, row_type(info), news.object)
        if row is None:
            raise Unseen
        return row

    return _field(resolve, topic, description, needs)


def every_changed(topic: Topic, order: str, description: str, *, needs: Permissions) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare all rows of a noun in the order of this name, whatever of them the news is about."""

    async def resolve(info: Info) -> Any:  # noqa: ANN401 - a list of any type
        kind = row_type(info)
        rows = await info.context.reading.every(Listing(kind.noun, order))
        return [build(kind, row) for row in rows]

    return _field(resolve, topic, description, needs)


def _field(resolve: Any, topic: Topic, description: str, needs: Permissions) -> Any:  # noqa: ANN401 - a resolver; a field descriptor
    return strawberry.field(
        resolver=resolve,
        metadata={TOPIC: topic},
        description=description,
        permission_classes=needs,
    )


def topic_of(field: GraphQLField) -> Topic:
    """Return what news a field of the subscription root waits for."""
    definition: Any = field.extensions.get(BACKREF)
    topic: Topic | None = (getattr(definition, "metadata", None) or {}).get(TOPIC)
    if topic is None:
        raise UndeclaredTopic
    return topic


def check_topics(schema: GraphQLSchema) -> None:
    """Raise `UndeclaredTopic` for a subscription that would never be told anything."""
    root = schema.subscription_type
    for field in (root.fields if root else {}).values():
        topic_of(field)
