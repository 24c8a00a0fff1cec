"""How the page looks: HTML by a template, QR codes by a library, nothing from anywhere else."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from domain.printing import grouped
from gateway.printing.texts import texts

if TYPE_CHECKING:
    from datetime import datetime

    from domain.printing import PrintedPage

ZONE = ZoneInfo("Europe/Moscow")
"""Whose calendar the day of a document is told by: a page has no reader with a zone of his own."""
MASK = 0
"""Of eight masks one; to try them all, as the standard advises, takes ten times as long, and
readers need no more than the strongest error correction gives them anyway."""

_FOLDER = Path(__file__).parent
_STYLE = (_FOLDER / "page.css").read_text("utf-8")
POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    + "'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""No script, no request: only this very style, and the empty icon."""


def qr(code: str) -> Markup:
    """Return the QR code of 12 digits as SVG: the smallest one, with the most correction."""
    symbol = segno.make_qr(code, version=1, error="h", mask=MASK, boost_error=False)
    # The library writes numbers and names of its own only.
    return Markup(symbol.svg_inline(omitsize=True, svgclass=None, lineclass=None))  # noqa: S704


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%d.%m.%Y}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined
    )
    environment.filters.update(qr=qr, grouped=grouped, day=_day)
    # Quotes of the style must reach the browser as they are; the file is our own.
    environment.globals["style"] = Markup(_STYLE)  # noqa: S704
    return environment


_TEMPLATES = _environment()


def render(page: PrintedPage, language: str) -> str:
    """Return the page in `ru` or `en`; a thousand codes take a third of a second."""
    template = _TEMPLATES.get_template("page.html")
    return template.render(page=page, language=language, texts=texts(language))


def render_unknown(language: str) -> str:
    """Return what is answered for an address that opens nothing, for whatever reason."""
    return _message(language, "unknown", "why")


def render_busy(language: str) -> str:
    """Return what is answered when the database could not be asked; the page is still good."""
    return _message(language, "busy", "again")


def _message(language: str, title: str, text: str) -> str:
    said = texts(language)
    template = _TEMPLATES.get_template("message.html")
    return template.render(language=language, title=said[title], text=said[text])
