"""Regional clients: companies bound to a multi-regional company by number and INN [004]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.refusals import ClientNotBindable

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """A company found by its multichannel number, as locked for binding."""

    company: UUID
    main_inn: str
    bound_to: UUID | None


def bindable(candidate: Candidate | None, mrc: UUID, mrc_inn: str) -> Candidate:
    """Return the candidate, or raise `ClientNotBindable`: one answer for every reason.

    The INN of the client's main firm must equal the MRC's [004], and a client is bound to one
    MRC; telling the reasons apart would let numbers be probed [ruling]. A client that is bound
    to this MRC already comes back as it is.
    """
    if candidate is None or candidate.main_inn != mrc_inn:
        raise ClientNotBindable
    if candidate.bound_to not in {None, mrc}:
        raise ClientNotBindable
    return candidate
