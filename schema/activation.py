"""Activation: from the POS only [000]; and freeing a license that a dead device holds."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from resolvers import activation
from schema.access import MayActivateLicenses, MayReleaseLicenses
from schema.ids import node_id, required_key
from schema.nodes import look_up
from schema.pos import PosLicense
from schema.problems import (
    CodeNotAccepted,
    InvalidInput,
    LicenseActivatedElsewhere,
    LicenseNotActivated,
    NotFound,
    TryAgainLater,
)


@strawberry.input(description="The code as a person typed it.")
class CodeInput:
    """The input of orders that name a license by its code."""

    code: str = strawberry.field(description="12 digits; spaces are ignored.")


@strawberry.input(description="Which license to free, and why.")
class ReleaseLicenseInput:
    """The input of `releaseLicense`."""

    license: strawberry.ID
    reason: str = strawberry.field(description="What happened to the device; it is recorded.")


@strawberry.type(description="The license is on this device, now or since before.")
class ActivateLicenseSuccess:
    """The success of `activateLicense`."""

    license: PosLicense


@strawberry.type(description="The license is free; it stays with the company.")
class DeactivateLicenseSuccess:
    """The success of `deactivateLicense`."""

    license: PosLicense


@strawberry.type(description="The license is free; it stays with its holder.")
class ReleaseLicenseSuccess:
    """The success of `releaseLicense`."""

    license: strawberry.ID = strawberry.field(description="The license that was freed.")


ActivateLicenseResult = Annotated[
    ActivateLicenseSuccess | CodeNotAccepted | LicenseActivatedElsewhere | TryAgainLater,
    strawberry.union("ActivateLicenseResult"),
]
DeactivateLicenseResult = Annotated[
    DeactivateLicenseSuccess
    | CodeNotAccepted
    | LicenseActivatedElsewhere
    | LicenseNotActivated
    | TryAgainLater,
    strawberry.union("DeactivateLicenseResult"),
]
ReleaseLicenseResult = Annotated[
    ReleaseLicenseSuccess | LicenseNotActivated | NotFound | InvalidInput,
    strawberry.union("ReleaseLicenseResult"),
]


async def _license(info: Info, key: Any) -> PosLicense:  # noqa: ANN401 - a key
    license_ = await look_up(info, PosLicense, key)
    if license_ is None:
        raise LookupError(key)
    return license_


@strawberry.type
class ActivationMutations:
    """Orders that put licenses on devices and take them off."""

    @strawberry.mutation(
        permission_classes=[MayActivateLicenses],
        description="Activate a license on this device; the company of the device has it from "
        "then on [001].",
    )
    async def activate_license(self, info: Info, input: CodeInput) -> ActivateLicenseResult:
        """Activate the license of a code on the calling device."""
        key = await activation.activate_license(info.context, input.code)
        return ActivateLicenseSuccess(license=await _license(info, key))

    @strawberry.mutation(
        permission_classes=[MayActivateLicenses],
        description="Take a license off this device, to be activated on another [001].",
    )
    async def deactivate_license(self, info: Info, input: CodeInput) -> DeactivateLicenseResult:
        """Deactivate the license of a code on the calling device."""
        key = await activation.deactivate_license(info.context, input.code)
        return DeactivateLicenseSuccess(license=await _license(info, key))

    @strawberry.mutation(
        permission_classes=[MayReleaseLicenses],
        description="Free a license that is activated on a device which is broken or lost.",
    )
    async def release_license(self, info: Info, input: ReleaseLicenseInput) -> ReleaseLicenseResult:
        """Release a license, whosever it is."""
        key = required_key("license", input.license, "license")
        await activation.release_license(info.context, key, input.reason)
        return ReleaseLicenseSuccess(license=strawberry.ID(node_id("license", key)))
