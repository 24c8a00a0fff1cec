"""Refusals about licenses, their codes and the documents that move them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.refusals.base import ProblemCode, Refusal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class NotEnoughLicenses(Refusal):
    """The stock holds fewer licenses than asked; nothing was moved."""

    code = ProblemCode.NOT_ENOUGH_LICENSES
    russian = "Недостаточно лицензий: запрошено {requested}, доступно {available}"
    english = "Not enough licenses: {requested} requested, {available} available"

    def __init__(self, *, requested: int, available: int) -> None:
        self.requested = requested
        self.available = available


class LicensesNotAvailable(Refusal):
    """Licenses the caller holds, named by id, that this document cannot take in their state."""

    code = ProblemCode.LICENSES_NOT_AVAILABLE
    russian = "Лицензии в этом состоянии документ принять не может: {count}"
    english = "Licenses that this document cannot take in their state: {count}"

    def __init__(self, licenses: list[UUID]) -> None:
        self.licenses = licenses
        self.count = len(licenses)


class CodesNotShown(Refusal):
    """A license that is still sealed has no code to show."""

    code = ProblemCode.CODES_NOT_SHOWN
    russian = "Коды запечатанных лицензий не показываются: {count}"
    english = "Codes of sealed licenses are not shown: {count}"

    def __init__(self, licenses: list[UUID]) -> None:
        self.licenses = licenses
        self.count = len(licenses)


class CodesHandedOver(Refusal):
    """Codes that somebody else got before: one number must not reach two users [000].

    `first_recipient` got the earliest of them, `at` is when.
    """

    code = ProblemCode.CODES_HANDED_OVER
    russian = (
        "Коды уже переданы другому получателю ({first_recipient}): {count}. "
        "Чтобы передать их ещё раз, укажите причину"
    )
    english = (
        "Codes that were handed over to somebody else ({first_recipient}): {count}. "
        "To hand them over again, give a reason"
    )

    def __init__(self, licenses: list[UUID], first_recipient: str, at: datetime) -> None:
        self.licenses = licenses
        self.count = len(licenses)
        self.first_recipient = first_recipient
        self.at = at


class TooManyLicenses(Refusal):
    """The document has more codes than one hand-over takes; name the licenses in parts."""

    code = ProblemCode.TOO_MANY_LICENSES
    russian = "За один раз передаётся не больше {most} кодов"
    english = "No more than {most} codes are handed over at once"

    def __init__(self, *, most: int) -> None:
        self.most = most


class NothingToHandOver(Refusal):
    """The caller holds none of the document's licenses with an open code any more."""

    code = ProblemCode.NOTHING_TO_HAND_OVER
    russian = "Раскрытых лицензий этого документа у вас нет"
    english = "You hold no revealed license of this document"


class ProductExists(Refusal):
    """Another product has this name, letter case aside."""

    code = ProblemCode.PRODUCT_EXISTS
    russian = "Продукт с таким названием уже есть"
    english = "There is a product with this name already"

    def __init__(self, existing_product: UUID) -> None:
        self.existing_product = existing_product
