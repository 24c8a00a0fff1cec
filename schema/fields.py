"""Fields that are read: each says its place once, and is resolved by it.

In a row: `stored` is a column of the type's noun, `counted` a column read only when asked for,
`related` at most one row of another noun, `named` the id of any object,
`listed` a connection of rows. Without a row: `paged`
is a connection of its own, `every` all rows of a noun, `found` a row by its id, `own` a row of
the caller's, `told` a value known of the caller, `grouped` an object of such fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints
from uuid import UUID

import strawberry
from strawberry.permission import BasePermission
from strawberry.types import Info
from strawberry.types.base import StrawberryList, StrawberryOptional, get_object_definition
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType

from resolvers.reading.kinds.caller import Group, Told
from resolvers.reading.kinds.connections import Many, Paged
from resolvers.reading.kinds.counted import Counted
from resolvers.reading.kinds.leaves import At
from resolvers.reading.kinds.references import Name, Reference
from resolvers.reading.kinds.related import One
from resolvers.reading.kinds.rows import Every, Found, Own, Target
from resolvers.reading.listings import Listing
from resolvers.reading.loaders import Reading
from resolvers.reading.parts import PLACE, Place
from resolvers.reading.windows import Window
from schema.connections import connection
from schema.ids import key_of
from schema.nodes import Row, build, look_up, node_types

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
    place = At(name, through)
    if through is not None:
        return _field(lambda root: _made(through, vars(root)[name]), place, description, needs)
    return strawberry.field(
        metadata={PLACE: place}, description=description, permission_classes=needs
    )


def counted(name: str, description: str, *, needs: Permissions | None = None) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare a field that is the costly column `name`."""

    async def resolve(root: Any, info: Info) -> Any:  # noqa: ANN401 - any column
        return await info.context.reading.counted(root.noun, name, vars(root)["key"])

    return _field(resolve, Counted(name), description, needs)


def related(name: str, description: str, *, needs: Permissions | None = None) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare a field that follows the to-one relation `name`; null when not visible."""

    async def resolve(root: Any, info: Info) -> Any:  # noqa: ANN401 - any type
        kind = row_type(info)
        key = vars(root)[f"{name}_key"]
        row = await info.context.reading.one(kind.noun, key)
        return None if row is None else build(kind, row)

    return _field(resolve, One(name), description, needs)


def listed(
    name: str, description: str, *, order: str = "", needs: Permissions | None = None
) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare a field that follows the to-many relation `name`, by `order`, else by keys."""

    async def resolve(
        root: Any,  # noqa: ANN401 - any type
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Any:  # noqa: ANN401 - a connection of any type
        window = info.context.window(first, after, last, before)
        listing = Listing(row_type(info).noun, order, relation=(root.noun, name))
        return await _read(info, listing, window, {}, vars(root)["key"])

    return _field(resolve, Many(name, order), description, needs)


def named(word: str, key: str, name: Name, description: str) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare the id of an object of another type: `name` makes it of the columns `word`, `key`."""

    def resolve(root: Any, info: Info) -> Any:  # noqa: ANN401 - an id
        row = vars(root)
        return None if row[key] is None else name(row[word], row[key], info.context.types)

    return _field(resolve, Reference(word, key, name), description, None)


def paged(choose: Chooser, description: str, *, needs: Permissions) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare a list of its own: `choose` turns arguments into its shape and values.

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
    _take_arguments(resolve, choose, own)
    return _field(resolve, Paged(choose), description, needs)


def every(order: str, description: str, *, needs: Permissions) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare a list of all rows of a noun in the order of this name, unpaged."""

    async def resolve(info: Info) -> Any:  # noqa: ANN401 - a list of any type
        kind = row_type(info)
        rows = await info.context.reading.every(Listing(kind.noun, order))
        return [build(kind, row) for row in rows]

    return _field(resolve, Every(order), description, needs)


def found(
    choose: Callable[..., Target | None],
    description: str,
    *,
    nouns: Mapping[str, str] | None = None,
    needs: Permissions,
) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare a look-up: `choose` names the row from its arguments, which the field has.

    With `nouns` the field's one type is read from several nouns, by the prefix that `choose`
    returns; all of them have the columns and relations of the type. Null for what the caller
    does not see, or has no type for in his schema.
    """

    async def resolve(info: Info, **chosen: Any) -> Any:  # noqa: ANN401 - any type
        prefix, key = choose(**chosen) or ("", None)
        if nouns is not None:
            row = await info.context.reading.one(nouns[prefix], key) if prefix else None
            return None if row is None else build(row_type(info), row)
        kind = node_types().get(prefix)
        if kind is None or kind.__name__ not in info.context.types:
            return None
        return await look_up(info, kind, key)

    _take_arguments(resolve, choose, list(signature(choose).parameters.values()))
    return _field(resolve, Found(choose, nouns), description, needs)


def by_id(prefix: str) -> Callable[..., Target | None]:
    """Return the choice of a row of one type by its id; what is no such id names nothing."""

    def choose(id: strawberry.ID) -> Target | None:
        key = key_of(prefix, id)
        return None if key is None else (prefix, key)

    return choose


def own(name: str, description: str, *, needs: Permissions | None = None) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare the row whose key the caller has under this name: `user` or `tenant`."""

    async def resolve(info: Info) -> Any:  # noqa: ANN401 - any type
        return await look_up(info, row_type(info), getattr(info.context.actor, name))

    return _field(resolve, Own(name), description, needs)


def told(value: Callable[[Any], Any], description: str, *, needs: Permissions | None = None) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare what `value` knows of the caller, who is `None` if anonymous."""

    def resolve(info: Info) -> Any:  # noqa: ANN401 - any leaf
        return value(info.context.caller)

    return _field(resolve, Told(value), description, needs)


def grouped(kind: type, description: str, *, needs: Permissions) -> Any:  # noqa: ANN401 - a field descriptor
    """Declare an object without a row, of this type."""
    return _field(lambda: kind(), Group(), description, needs)  # noqa: PLW0108 - the library calls classes with the source


def _made(through: Callable[[Any], Any], value: Any) -> Any:  # noqa: ANN401 - any column
    """Return what the function makes of a column; null is made of nothing but null."""
    return None if value is None else through(value)


def _take_arguments(
    resolve: Callable[..., Any], choose: Callable[..., Any], own: list[Parameter]
) -> None:
    """Give a resolver the arguments of `choose` in place of those it takes by name."""
    hints = get_type_hints(resolve)
    kept = [
        parameter.replace(annotation=hints[name])
        for name, parameter in signature(resolve).parameters.items()
        if parameter.kind is not Parameter.VAR_KEYWORD
    ]
    resolve.__signature__ = Signature([*kept, *own])  # type: ignore[attr-defined]
    # The annotations of `choose` are text, to be looked up where it was written.
    resolve.__module__ = choose.__module__


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
    return connection(row_type(info), page, lambda: reading.count(listing, values, parent))


def _field(
    resolve: Callable[..., Any],
    place: Place,
    description: str,
    needs: Permissions | None,
) -> Any:  # noqa: ANN401 - a field descriptor
    return strawberry.field(
        resolver=resolve,
        metadata={PLACE: place},
        description=description,
        permission_classes=needs,
    )


def row_type(info: Info) -> type[Row]:
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
