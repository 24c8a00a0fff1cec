"""What counts as the same answer."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from tests.reading.differential.answers import Told


def _told(content: Any, status: int = 200) -> Told:
    headers = {"content-type": "application/json"}
    return Told.of(httpx.Response(status, content=orjson.dumps(content), headers=headers))


ERRORS: list[dict[str, Any]] = [
    {"message": "no", "path": ["a", 0], "extensions": {"code": "X", "requestId": "1"}},
    {"message": "no", "path": ["b"], "extensions": {"code": "X"}},
]
ANSWER = {"errors": ERRORS, "data": {"a": [None, {"x": '1,"}', "y": 1}]}}


@pytest.mark.parametrize(
    "same",
    [
        ANSWER,
        {"data": ANSWER["data"], "errors": ERRORS[::-1], "extensions": {"way": "plan"}},
        {"data": ANSWER["data"], "errors": [{**ERRORS[0], "locations": []}, ERRORS[1]]},
    ],
)
def test_order_of_errors_and_extensions_do_not_matter(same: Any) -> None:
    assert _told(same) == _told(ANSWER)


@pytest.mark.parametrize(
    "other",
    [
        {"errors": ERRORS, "data": {"a": [None, {"y": 1, "x": '1,"}'}]}},
        {"errors": ERRORS, "data": {"a": [None, {"x": '1,"}', "y": 1.0}]}},
        {"errors": ERRORS, "data": {"a": [{}, {"x": '1,"}', "y": 1}]}},
        {"errors": ERRORS, "data": None},
        {"errors": ERRORS},
        {"errors": ERRORS[:1], "data": ANSWER["data"]},
        {"errors": [*ERRORS, ERRORS[1]], "data": ANSWER["data"]},
        {"errors": [ERRORS[0], {**ERRORS[1], "path": ["c"]}], "data": ANSWER["data"]},
        {"errors": [ERRORS[0], {**ERRORS[1], "message": "!"}], "data": ANSWER["data"]},
    ],
)
def test_everything_else_does(other: Any) -> None:
    assert _told(other) != _told(ANSWER)


def test_the_status_matters() -> None:
    assert _told(ANSWER, 400) != _told(ANSWER)
