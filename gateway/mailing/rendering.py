"""What letters say: one template a kind and language, as text and as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from domain.access import TenantKind

if TYPE_CHECKING:
    from domain.letters import Facts, LetterKind

_TEMPLATES = Path(__file__).parent / "templates"
_MOSCOW = timezone(timedelta(hours=3))
"""Whoever writes Russian letters names times as Moscow does [ruling]."""
_CABINETS = {
    "ru": {
        TenantKind.LICENSOR: "кабинет лицензиара",
        TenantKind.PARTNER: "кабинет партнёра",
        TenantKind.COMPANY: "кабинет компании",
        TenantKind.MRC: "кабинет мультирегиональной компании",
    },
    "en": {
        TenantKind.LICENSOR: "the licensor's cabinet",
        TenantKind.PARTNER: "the partner's cabinet",
        TenantKind.COMPANY: "the company's cabinet",
        TenantKind.MRC: "the multi-regional company's cabinet",
    },
}
_FOOTERS = {
    "ru": "Это письмо отправлено автоматически, отвечать на него не нужно.",
    "en": "This letter was sent automatically; there is no need to answer.",
}
_CODE_GROUP = 4
_BLANKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True, repr=False)
class Rendered:
    """A letter as people read it."""

    subject: str
    text: str
    html: str


class Templates:
    """The templates of all kinds; links lead to `cabinet_url`."""

    def __init__(self, cabinet_url: str) -> None:
        self._cabinet_url = cabinet_url
        self._texts = {language: self._environment("text", language) for language in _CABINETS}
        self._pages = {language: self._environment("html", language) for language in _CABINETS}

    def render(self, kind: LetterKind, language: str, facts: Facts) -> Rendered:
        """Return what a letter says; a fact that its template misses raises."""
        name = f"{kind.value.lower()}.jinja"
        plain = self._texts[language].get_template(name)
        subject = "".join(plain.blocks["subject"](plain.new_context(dict(facts))))
        body = "".join(plain.blocks["body"](plain.new_context(dict(facts))))
        parted = _BLANKS.sub("\n\n", body).strip()
        return Rendered(
            subject=_flat(subject),
            text=f"{parted}\n\n-- \n{_FOOTERS[language]}\n",
            html=self._pages[language].get_template(name).render(dict(facts)),
        )

    def _environment(self, form: str, language: str) -> Environment:
        environment = Environment(
            loader=FileSystemLoader([_TEMPLATES / form, _TEMPLATES / language]),
            autoescape=form == "html",  # noqa: S701 - plain text has nothing to escape
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        filters: dict[str, Callable[..., Any]] = {
            "flat": _flat,
            "moment": _MOMENTS[language],
            "grouped": _grouped,
            "cabinet_of": lambda kind: _CABINETS[language][TenantKind(kind)],
            "by_document": _by_document,
        }
        environment.filters |= filters
        environment.globals |= {
            "language": language,
            "footer": _FOOTERS[language],
            "home": self._cabinet_url,
            "to": self._to,
            "capital": _capital,
        }
        parts = environment.get_template("parts.jinja").module
        environment.globals |= {
            name: getattr(parts, name) for name in ("p", "link", "heading", "codes")
        }
        return environment

    def _to(self, page: str, ticket: str) -> str:
        return f"{self._cabinet_url}/{page}?{urlencode({'ticket': ticket})}"


def _flat(text: str) -> str:
    """Return the text on one line, without what cannot be seen; what is escaped stays so."""
    joined = " ".join("".join(c for c in word if c.isprintable()) for word in text.split())
    return Markup(joined) if isinstance(text, Markup) else joined  # noqa: S704 - escaped before


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _russian_moment(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(_MOSCOW):%d.%m.%Y %H:%M} (МСК)"


def _english_moment(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


_MOMENTS: Mapping[str, Callable[[str], str]] = {"ru": _russian_moment, "en": _english_moment}


def _grouped(code: str) -> str:
    return " ".join(code[n : n + _CODE_GROUP] for n in range(0, len(code), _CODE_GROUP))


def _by_document(
    licenses: Sequence[Mapping[str, str]],
) -> list[tuple[tuple[str, str], list[Mapping[str, Any]]]]:
    """Return the licenses in groups of the same document and buyer, in the order given."""
    groups = groupby(licenses, key=lambda entry: (entry["document"], entry["buyer"]))
    return [(key, list(group)) for key, group in groups]
