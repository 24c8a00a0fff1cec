"""What is on paper: the pages of a PDF as pictures and text, and the QR codes a reader finds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pypdfium2
import zxingcpp

A4 = (210, 297)
"""Width and height, millimetres."""
POINTS = 72 / 25.4
DOTS = 200
"""How finely pages are looked at, dots an inch: as a cheap printer prints them."""
CODE = re.compile(r"\b\d{4} \d{4} \d{4}\b")


@dataclass(frozen=True)
class Paper:
    """One printed page; all lengths in millimetres, from the upper left corner."""

    size: tuple[float, float]
    text: str
    codes: list[str]
    """Those that people read, without their spaces."""
    scanned: list[str]
    """Those that a reader of QR codes finds."""
    ink: tuple[float, float, float, float]
    """Left, top, right and bottom of all that is printed."""


def papers(pdf: bytes) -> list[Paper]:
    """Return the pages of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    return [_paper(document[number]) for number in range(len(document))]


def _paper(page: Any) -> Paper:
    text = page.get_textpage().get_text_bounded()
    picture = page.render(scale=DOTS / 72, grayscale=True).to_pil()
    millimetre = DOTS / 25.4
    inked = picture.point(lambda light: 255 if light < 200 else 0).getbbox()
    return Paper(
        size=(page.get_width() / POINTS, page.get_height() / POINTS),
        text=text,
        codes=[found.replace(" ", "") for found in CODE.findall(text)],
        scanned=[found.text for found in zxingcpp.read_barcodes(picture)],
        ink=tuple(round(dots / millimetre, 1) for dots in inked),
    )
