"""What there is to name in a question: ids, cursors, moments and words of earlier answers."""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

MOST = 300
"""How many texts of one sort are kept."""

_ID = re.compile(r"([a-z]+)_[0-9a-f]{32}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT.*")
_ENUM = re.compile(r"[A-Z_]+")


def order_of(cursor: str) -> str | None:
    """Return the name of the order a cursor was made for; `None` when the text is no cursor."""
    try:
        content = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return str(content[1])
    except (ValueError, TypeError, LookupError):
        return None


def noun_of(order: str) -> str:
    """Return the noun whose list an order sorts."""
    return order.partition(".")[0]


class Pool:
    """Texts by what they are: ids by prefix, cursors by order."""

    def __init__(self) -> None:
        self.ids: dict[str, list[str]] = defaultdict(list)
        self.own: dict[str, list[str]] = defaultdict(list)
        """The ids that answers held."""
        self.cursors: dict[str, list[str]] = defaultdict(list)
        self.moments: list[str] = []
        self.words: list[str] = []
        self._recent: dict[str, list[str]] = defaultdict(list)
        self._orders: dict[str, list[str]] = defaultdict(list)
        """The orders that lists are known to have, by the place of the list in the schema."""

    def know(self, text: str) -> None:
        """Keep an id, visible or not."""
        _keep(self.ids[text.partition("_")[0]], text)

    def learn(self, answer: Any, places: Mapping[str, set[str]] | None = None) -> None:
        """Keep what an answer holds; `places` are the lists that were asked for, by noun."""
        self._recent.clear()
        self._learn(answer)
        for order in self._recent:
            found = (places or {}).get(noun_of(order), set())
            if len(found) == 1:
                _keep(self._orders[min(found)], order)

    def cursors_for(self, place: str, noun: str) -> list[str]:
        """Return cursors of a list, rather those that the last answer held."""
        orders = self._orders.get(place) or [one for one in self.cursors if noun_of(one) == noun]
        recent = [cursor for order in orders for cursor in self._recent.get(order, ())]
        return recent or [cursor for order in orders for cursor in self.cursors[order]]

    def _learn(self, answer: Any) -> None:
        if isinstance(answer, dict):
            for value in answer.values():
                self._learn(value)
        elif isinstance(answer, list):
            for value in answer:
                self._learn(value)
        elif isinstance(answer, str):
            self._learn_text(answer)

    def _learn_text(self, text: str) -> None:
        named = _ID.fullmatch(text)
        if named:
            _keep(self.ids[named[1]], text)
            _keep(self.own[named[1]], text)
        elif _MOMENT.fullmatch(text):
            _keep(self.moments, text)
        elif text.startswith("WzEs"):
            order = order_of(text)
            if order is not None:
                _keep(self.cursors[order], text)
                _keep(self._recent[order], text)
        elif not _ENUM.fullmatch(text):
            _keep(self.words, text)


def _keep(known: list[str], text: str) -> None:
    if len(known) < MOST and text not in known:
        known.append(text)
