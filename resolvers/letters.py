"""Letters: sending again what was given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.letters import LetterState
from domain.refusals import NotFound, NothingToResend
from persistence import letters

if TYPE_CHECKING:
    from uuid import UUID

    from persistence.database import Unit
    from resolvers.context import Context


async def resend_letter(context: Context, key: UUID) -> UUID:
    """Let a dead letter wait again, as it was written; return its key."""

    async def work(unit: Unit) -> UUID:
        letter = await letters.find_letter(unit, key, context.actor)
        if letter is None:
            raise NotFound("letter")
        if letter.state is not LetterState.DEAD or not letter.kept:
            raise NothingToResend
        await letters.revive(unit, key)
        await context.audit(unit, "resendLetter", [(key, letter.tenant_id)])
        unit.afterwards.append(context.tools.posted)
        return key

    return await context.carry_out(work)
