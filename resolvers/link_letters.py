"""Letters about links: both sides are told of each request, decision and end [000].

They are promised in the unit that decides. A withdrawn or expired request is told to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.letters import Letter, LetterKind, LinkSide
from domain.links import LinkEnd
from persistence import firms
from persistence.recipients import addressed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from persistence.database import Unit
    from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class _Notice:
    """What the admins of one side are told about the link of the company with this partner."""

    kind: LetterKind
    side: LinkSide
    partner: UUID
    more: Mapping[str, str] = field(default_factory=dict)


async def tell_requested(
    context: Context, unit: Unit, company: UUID, partner: UUID, expires_at: datetime
) -> None:
    """Tell the partner that he is asked, and the company that he was."""
    main = await firms.main_firm(unit, company)
    more = {"company_inn": main.details.inn, "expires_at": expires_at.isoformat()}
    await _post(context, unit, company, _both(LetterKind.LINK_REQUESTED, partner, more))


async def tell_approved(
    context: Context, unit: Unit, company: UUID, partner: UUID, old: UUID
) -> None:
    """Tell both sides that they are linked, and the old partner, unless it is the same one."""
    notices = _both(LetterKind.LINK_APPROVED, partner)
    if old != partner:
        more = {"ended_by": LinkEnd.RELINKED, "new_partner": ""}
        notices.append(_Notice(LetterKind.LINK_ENDED, LinkSide.PARTNER, old, more))
    await _post(context, unit, company, notices)


async def tell_rejected(context: Context, unit: Unit, company: UUID, partner: UUID) -> None:
    """Tell both sides that they will not be linked."""
    await _post(context, unit, company, _both(LetterKind.LINK_REJECTED, partner))


async def tell_ended(context: Context, unit: Unit, company: UUID, partner: UUID, new: UUID) -> None:
    """Tell both sides that the partner has ended the link, and the company whom it has now."""
    name = (await addressed(unit, [new]))[new].name
    by = {"ended_by": LinkEnd.ENDED_BY_PARTNER}
    notices = [
        _Notice(LetterKind.LINK_ENDED, LinkSide.COMPANY, partner, {**by, "new_partner": name}),
        _Notice(LetterKind.LINK_ENDED, LinkSide.PARTNER, partner, {**by, "new_partner": ""}),
    ]
    await _post(context, unit, company, notices)


def _both(kind: LetterKind, partner: UUID, more: Mapping[str, str] | None = None) -> list[_Notice]:
    return [_Notice(kind, side, partner, more or {}) for side in LinkSide]


async def _post(context: Context, unit: Unit, company: UUID, notices: list[_Notice]) -> None:
    cabinets = await addressed(unit, [company, *(notice.partner for notice in notices)])
    letters = []
    for notice in notices:
        tenant = company if notice.side is LinkSide.COMPANY else notice.partner
        facts = {
            "side": notice.side,
            "company": cabinets[company].name,
            "partner": cabinets[notice.partner].name,
            **notice.more,
        }
        letters += [
            Letter(notice.kind, admin.address, admin.language, tenant, facts)
            for admin in cabinets[tenant].admins
        ]
    await context.post_all(unit, letters)
