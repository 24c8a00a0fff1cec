"""Fields that are read: each says its place once, and is resolved by it.

`stored` is a column of the type's noun, `counted` a column read only when asked for, `related`
at most one row of another noun, `listed` a connection of rows, `rooted` a list of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from inspect import Signature, signature
from typing import Any, get_type_hints
from uuid import UUID

import strawberry
from strawberry.permission import BasePermission
from strawberry.types import Info
from strawberry.types.base import StrawberryList, StrawberryOptional, get_object_definition
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType

from resolvers.reading import places
from resolvers.reading.listings import Listing
from resolvers.reading.reading import Reading
from resolvers.reading.windows import Window
from schema.connections import connection
from schema.nodes import Row, build

Chooser = Callable[..., tuple[Listing, dict[str, Any]]]
Permissions = list[type[BasePermission]]


def stored(
    name: str,
    description: str,
    *,
    through: Callable[[Any], Any] | None = None,
    needs: Permissions | None = None,
) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare a field that is the column `name`, or what the function `through` makes of it.

    Without `through`, the attribute must have the column's name.
    """
    place = places.at(name, through)
    if through is not None:
        return _field(lambda root: through(vars(root)[name]), place, description, needs)
    return strawberry.field(metadata=place, description=description, permission_classes=needs)


def counted(name: str, description: str, *, needs: Permissions | None = None) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare a field that is the costly column `name`."""

    async def resolve(root: Any, info: Info) -> Any:  # noqa: ANN401 - any column
        return await info.context.reading.counted(root.noun, name, vars(root)["key"])

    return _field(resolve, places.counted(name), description, needs)


def related(name: str, description: str, *, needs: Permissions | None = None) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare a field that follows the to-one relation `name`; null when not visible."""

    async def resolve(root: Any, info: Info) -> Any:  # noqa: ANN401 - any type
        kind = _row_type(info)
        key = vars(root)[f"{name}_key"]
        row = await info.context.reading.one(kind.noun, key)
        return None if row is None else build(kind, row)

    return _field(resolve, places.one(name), description, needs)


def listed(name: str, description: str, *, needs: Permissions | None = None) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare a field that follows the to-many relation `name`, in the order of keys."""

    async def resolve(
        root: Any,  # noqa: ANN401 - any type
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Any:  # noqa: ANN401 - a connection of any type
        window = info.context.window(first, after, last, before)
        listing = Listing(_row_type(info).noun, relation=(root.noun, name))
        return await _read(info, listing, window, {}, vars(root)["key"])

    return _field(resolve, places.many(name), description, needs)


def rooted(choose: Chooser, description: str, *, needs: Permissions) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare a root list: `choose` turns capabilities and arguments into its shape and values.

    The field has Relay's arguments and those of `choose` behind its first, the capabilities.
    """

    async def resolve(
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        **chosen: Any,  # noqa: ANN401 - the arguments of `choose`
    ) -> Any:  # noqa: ANN401 - a connection of any type
        window = info.context.window(first, after, last, before)
        listing, values = choose(info.context.actor.capabilities, **chosen)
        return await _read(info, listing, window, values)

    _, *own = signature(choose).parameters.values()
    hints = get_type_hints(resolve)
    relay = [
        parameter.replace(annotation=hints[name])
        for name, parameter in signature(resolve).parameters.items()
        if name != "chosen"
    ]
    resolve.__signature__ = Signature([*relay, *own])  # type: ignore[attr-defined]
    # The annotations of `choose` are text, to be looked up where it was written.
    resolve.__module__ = choose.__module__
    return _field(resolve, places.root(choose), description, needs)


async def _read(
    info: Info,
    listing: Listing,
    window: Window,
    values: Mapping[str, Any],
    parent: UUID | None = None,
) -> Any:  # noqa: ANN401 - a connection of any type
    """Return a page of a list as a connection of the type the field answers with."""
    reading: Reading = info.context.reading
    page = await reading.page(listing, window, values, parent)
    return connection(_row_type(info), page, lambda: reading.count(listing, values, parent))


def _field(
    resolve: Callable[..., Any],
    place: Mapping[str, Any],
    description: str,
    needs: Permissions | None,
) -> Any:  # noqa: ANN401 - a field descriptor
    return strawberry.field(
        resolver=resolve, metadata=place, description=description, permission_classes=needs
    )


def _row_type(info: Info) -> type[Row]:
    """Return the type of row that the field in question answers with."""
    # The library has no public way to the field.
    return _answered_with(info._field)  # noqa: SLF001


@cache
def _answered_with(field: StrawberryField) -> type[Row]:
    return _named(field.type)


def _named(kind: Any) -> type[Row]:  # noqa: ANN401 - any type of the library
    if isinstance(kind, LazyType):
        return _named(kind.resolve_type())
    if isinstance(kind, StrawberryOptional | StrawberryList):
        return _named(kind.of_type)
    definition = get_object_definition(kind, strict=True)
    if definition.concrete_of is not None:
        return _named(definition.type_var_map["T"])
    return definition.origin
