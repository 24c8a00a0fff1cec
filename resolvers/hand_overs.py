"""Hand-overs: codes that leave by e-mail or on paper, each to one recipient only [000]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.attempts import LETTERS_BY_CABINET
from domain.idempotency import fingerprint, parse_key
from domain.letters import Letter, LetterKind
from domain.licenses import MOST_EXPLICIT_LICENSES, LicenseState, Take
from domain.refusals import (
    CodesNotShown,
    IdempotencyKeyReused,
    NotFound,
    NothingToHandOver,
    TooManyLicenses,
)
from domain.showings import ShowingKind, by_email, may_hand_over, on_paper
from persistence import documents, hand_overs, idempotency, showings
from persistence.hand_overs import HandOverAnswer
from persistence.keys import new_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from domain.documents import DocumentCard
    from domain.letters import Facts
    from domain.showings import Recipient
    from persistence.database import Unit
    from persistence.hand_overs import OpenLicense
    from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class OfDocument:
    """All codes of a document that the caller holds open."""

    document: UUID


@dataclass(frozen=True, slots=True)
class Named:
    """Licenses named one by one, each once."""

    licenses: tuple[UUID, ...]

    @classmethod
    def of(cls, keys: list[UUID]) -> Named:
        """Return them; `InvalidInput` for none, too many or one named twice."""
        return cls(Take.exactly(keys).licenses)


Choice = OfDocument | Named


@dataclass(frozen=True, slots=True)
class Chosen:
    """The licenses of a hand-over, locked, open and held by the caller."""

    document: DocumentCard | None
    """The document that was named."""
    licenses: Sequence[OpenLicense]
    left_out: int

    @property
    def keys(self) -> list[UUID]:
        """The keys of the licenses."""
        return [license_.id for license_ in self.licenses]


async def chosen(context: Context, unit: Unit, choice: Choice) -> Chosen:
    """Lock what a hand-over takes, and only then look at it; refuse what it cannot take."""
    actor = context.actor
    if isinstance(choice, Named):
        held = await hand_overs.lock_held(unit, actor.tenant, choice.licenses)
        if len(held) < len(choice.licenses):
            raise NotFound("licenses")
        sealed = [key for key, state in held.items() if state is LicenseState.SEALED]
        if sealed:
            raise CodesNotShown(sorted(sealed))
        return Chosen(None, await hand_overs.open_licenses(unit, actor.tenant, held), 0)
    document = await documents.find_document(unit, choice.document, actor)
    if document is None:
        raise NotFound("document")
    keys = await hand_overs.lock_open_of_document(unit, actor.tenant, document.id)
    if not keys:
        raise NothingToHandOver
    if len(keys) > MOST_EXPLICIT_LICENSES:
        raise TooManyLicenses(most=MOST_EXPLICIT_LICENSES)
    licenses = await hand_overs.open_licenses(unit, actor.tenant, keys)
    return Chosen(document, licenses, document.quantity - len(licenses))


async def hand_over(
    context: Context,
    unit: Unit,
    kind: ShowingKind,
    what: Chosen,
    recipients: Mapping[UUID, Recipient],
    reason: str | None,
) -> None:
    """Write that the codes leave: checked against who got them before, marked and recorded.

    The caller audits it under its own name.
    """
    actor, keys = context.actor, what.keys
    earlier = await showings.earlier_hand_overs(unit, actor.tenant, keys)
    may_hand_over(recipients, earlier, reason)
    await hand_overs.mark(unit, kind, keys, actor.user)
    await showings.add_showings(
        unit,
        actor,
        kind,
        keys,
        recipients=recipients,
        document=None if what.document is None else what.document.id,
        reason=reason,
    )


async def email_licenses(
    context: Context,
    key: str,
    order: Mapping[str, object],
    choice: Choice,
    to: str,
    reason: str | None,
) -> HandOverAnswer:
    """Send codes to an address; the same key with the same order sends nothing again."""
    parsed, print_, actor = parse_key(key), fingerprint("emailLicenses", order), context.actor
    await context.throttle(LETTERS_BY_CABINET, actor.tenant.hex)

    async def work(unit: Unit) -> HandOverAnswer:
        mine = new_key()
        known, result = await idempotency.claim(unit, actor.tenant, parsed, print_, mine)
        if known != print_:
            raise IdempotencyKeyReused
        if result != mine:
            return await _answered(unit, result, actor.tenant)
        what = await chosen(context, unit, choice)
        recipient = by_email(to)
        recipients = dict.fromkeys(what.keys, recipient)
        await hand_over(context, unit, ShowingKind.SENT, what, recipients, reason)
        await context.stand(unit)
        await context.audit(unit, "emailLicenses", [(key, actor.tenant) for key in what.keys])
        await _post(context, unit, what, to)
        answer = HandOverAnswer(to, len(what.licenses), what.left_out)
        await hand_overs.add_answer(unit, mine, actor.tenant, answer)
        return answer

    return await context.carry_out(work)


async def _answered(unit: Unit, key: UUID, tenant: UUID) -> HandOverAnswer:
    answer = await hand_overs.find_answer(unit, key, tenant)
    if answer is None:
        raise LookupError(key)
    return answer


async def _post(context: Context, unit: Unit, what: Chosen, to: str) -> None:
    """Stage the letter with the codes; its body is encrypted and purged once it is sent."""
    holder = context.actor.tenant
    seller = await hand_overs.holder_itself(unit, holder)
    codes = []
    for license_ in what.licenses:
        document = license_.handed_over_by(holder, what.document)
        codes.append(
            {
                "product": license_.product,
                "code": context.tools.cipher.open(license_.id, license_.cipher, license_.key_name),
                "document": "" if document is None else str(document.number),
                "buyer": "" if document is None else document.buyer.name or "",
            }
        )
    facts: Facts = {"seller": seller.name, "licenses": codes}
    letter = Letter(LetterKind.LICENSES, to, context.exchange.language, None, facts)
    await context.post(unit, letter)


async def paper_recipients(unit: Unit, what: Chosen, holder: UUID) -> dict[UUID, Recipient]:
    """Return who gets each code on paper."""
    itself = await hand_overs.holder_itself(unit, holder)
    found = {}
    for license_ in what.licenses:
        document = license_.handed_over_by(holder, what.document)
        found[license_.id] = on_paper(None if document is None else document.buyer, itself)
    return found
