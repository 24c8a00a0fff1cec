from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.links import LinkRequest, LinkRequestState
from domain.refusals import AlreadyDecided, ClientNotBindable, LinkDecision
from domain.regions import Candidate, bindable

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def _request(state: LinkRequestState, decided_at: datetime | None = None) -> LinkRequest:
    return LinkRequest(uuid4(), uuid4(), uuid4(), state, NOW, decided_at)


def test_a_pending_request_can_be_decided_until_it_expires() -> None:
    request = _request(LinkRequestState.PENDING)

    request.decidable(NOW - SECOND)
    for late in (NOW, NOW + SECOND):
        with pytest.raises(AlreadyDecided) as refused:
            request.decidable(late)
        assert refused.value.decision is LinkDecision.EXPIRED
        assert refused.value.decided_at == NOW


@pytest.mark.parametrize(
    "state", [state for state in LinkRequestState if state is not LinkRequestState.PENDING]
)
def test_a_decided_request_tells_how_and_when(state: LinkRequestState) -> None:
    request = _request(state, NOW - SECOND)

    with pytest.raises(AlreadyDecided) as refused:
        request.decidable(NOW - 2 * SECOND)

    assert refused.value.decision.value == state.value
    assert refused.value.decided_at == NOW - SECOND
    assert refused.value.message("ru").startswith("Запрос уже ")
    assert state.value in refused.value.message("en")


def test_a_client_is_bound_by_inn_and_to_one_mrc() -> None:
    mrc, company = uuid4(), uuid4()
    free, bound = Candidate(company, "1", None), Candidate(company, "1", mrc)

    assert bindable(free, mrc, "1") is free
    assert bindable(bound, mrc, "1") is bound


def test_every_reason_not_to_bind_gives_one_answer() -> None:
    mrc = uuid4()
    messages = set()
    for candidate in (
        None,
        Candidate(uuid4(), "2", None),
        Candidate(uuid4(), "1", uuid4()),
        Candidate(uuid4(), "2", mrc),
    ):
        with pytest.raises(ClientNotBindable) as refused:
            bindable(candidate, mrc, "1")
        messages.add((refused.value.message("ru"), refused.value.message("en")))

    assert len(messages) == 1
