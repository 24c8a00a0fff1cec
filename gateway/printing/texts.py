"""What the printable page says, in Russian and English."""

from __future__ import annotations

RUSSIAN = {
    "title": "Лицензии",
    "hint": "Напечатайте эту страницу сейчас: второй раз она не откроется.",
    "left_out": "Лицензий, которых у вас уже нет",
    "licenses": "Лицензии",
    "document": "Документ",
    "dated": "от",
    "holder": "Выдал",
    "buyer": "Покупатель",
    "inn": "ИНН",
    "count": "Лицензий",
    "unknown": "Страница не найдена",
    "why": "Страница с кодами открывается один раз и недолго. Закажите печать ещё раз.",
    "busy": "Сервер занят",
    "again": "Обновите страницу: она ещё не открывалась.",
}
ENGLISH = {
    "title": "Licenses",
    "hint": "Print this page now: it does not open again.",
    "left_out": "Licenses that are not yours any more",
    "licenses": "Licenses",
    "document": "Document",
    "dated": "of",
    "holder": "Issued by",
    "buyer": "Buyer",
    "inn": "INN",
    "count": "Licenses",
    "unknown": "Page not found",
    "why": "A page with codes opens once and not for long. Order the print again.",
    "busy": "The server is busy",
    "again": "Reload the page: it has not been opened yet.",
}


def texts(language: str) -> dict[str, str]:
    """Return the texts in `ru` or `en`."""
    return ENGLISH if language == "en" else RUSSIAN
