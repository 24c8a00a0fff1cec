"""Refusals about devices and what is activated on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.refusals.base import ProblemCode, Refusal

if TYPE_CHECKING:
    from uuid import UUID


class CodeNotAccepted(Refusal):
    """One answer for an unknown, a sealed and another company's code [ruling]."""

    code = ProblemCode.CODE_NOT_ACCEPTED
    russian = "Код не принят: проверьте, что он раскрыт и введён без ошибок"
    english = "The code is not accepted: check that it is revealed and typed without mistakes"


class LicenseActivatedElsewhere(Refusal):
    """The license is activated on another device of the company; deactivate it there first."""

    code = ProblemCode.LICENSE_ACTIVATED_ELSEWHERE
    russian = "Лицензия активирована на устройстве «{device_name}»: сначала деактивируйте её там"
    english = "The license is activated on the device “{device_name}”: deactivate it there first"

    def __init__(self, device_name: str) -> None:
        self.device_name = device_name


class LicenseNotActivated(Refusal):
    """The license is free, and was not activated where it is to be freed from."""

    code = ProblemCode.LICENSE_NOT_ACTIVATED
    russian = "Лицензия здесь не активирована"
    english = "The license is not activated here"


class DeviceHoldsLicense(Refusal):
    """A device is removed only when nothing is activated on it any more [ruling]."""

    code = ProblemCode.DEVICE_HOLDS_LICENSE
    russian = (
        "На устройстве активированы лицензии: {count}. Деактивируйте их на нём, а если устройство "
        "неисправно, попросите лицензиара освободить их"
    )
    english = (
        "Licenses are activated on the device: {count}. Deactivate them on it or, if it is broken, "
        "ask the licensor to release them"
    )

    def __init__(self, licenses: list[UUID]) -> None:
        self.licenses = licenses
        self.count = len(licenses)


class DeviceInUse(Refusal):
    """The device registered under this key works already; its token is not given out again."""

    code = ProblemCode.DEVICE_IN_USE
    russian = "Устройство с этим ключом уже зарегистрировано и работает"
    english = "The device registered under this key is at work already"
