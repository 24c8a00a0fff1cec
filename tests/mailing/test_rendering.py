"""Every kind of letter, in both languages, as text and as HTML."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import product
from typing import Any

import pytest
from jinja2 import UndefinedError

from domain.letters import NEEDS, Fact, LetterKind, LinkSide
from gateway.mailing.rendering import Templates
from tests.domain.test_letters import some_facts

NASTY = """ООО "Ромашка" <script>alert(1)</script> & 'Ко' {{ 7 * 7 }}"""
TEMPLATES = Templates("https://cabinet.test/a")


class Page(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not any(name.startswith("on") for name, _ in attributes)
        self.links += [value or "" for name, value in attributes if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def variants(kind: LetterKind) -> list[dict[str, Any]]:
    """Return facts for every way the template can go."""
    needs = NEEDS[kind]
    choices: dict[str, list[str]] = {
        name: ["", NASTY] if need is Fact.MAYBE else [word.value for word in need]
        for name, need in needs.items()
        if need is Fact.MAYBE or not isinstance(need, Fact | list)
    }
    facts = some_facts(needs, NASTY)
    return [
        facts | dict(zip(choices, chosen, strict=True)) for chosen in product(*choices.values())
    ]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("kind", LetterKind)
def test_each_kind_says_its_facts_and_escapes_them(kind: LetterKind, language: str) -> None:
    for facts in variants(kind):
        rendered = TEMPLATES.render(kind, language, facts)
        page = Page(rendered.html)
        shown = " ".join("".join(page.words).split())
        assert rendered.subject.isprintable()
        assert len(rendered.subject) > 5
        assert page.tags <= {
            *("html", "head", "meta", "title", "body", "div", "p", "a", "h2"),
            *("table", "tr", "td"),
        }
        assert {link.partition("?")[0].rpartition("/")[0] for link in page.links} <= {
            "https://cabinet.test",
            "https://cabinet.test/a",
        }
        for text in (rendered.text, shown):
            assert "{{ 7" in text
            assert "&lt;" not in text
            assert "&amp;" not in text
            assert "None" not in text
        assert 'lang="' + language in rendered.html
        assert "\n\n\n" not in rendered.text
        said = _texts(facts)
        told = " ".join(rendered.text.split()).replace(" ", "")
        unsaid = {"RELINKED", "ENDED_BY_PARTNER", *LinkSide}
        if facts.get("side") == LinkSide.COMPANY:
            unsaid.add(facts.get("company_inn", ""))
        if facts.get("side") == LinkSide.PARTNER:
            unsaid.add(facts.get("new_partner", ""))
        for text in said - unsaid - {NASTY}:
            assert text.replace(" ", "") in told, (kind, text)


def _texts(facts: dict[str, Any]) -> set[str]:
    """Return the texts that a letter must say as they are: not moments, kinds and tickets."""
    texts = set()
    for name, fact in facts.items():
        if isinstance(fact, list):
            texts |= set().union(*(_texts(entry) for entry in fact))
        elif name not in {"ticket", "expires_at", "at", "kind"}:
            texts.add(fact)
    return texts


def test_each_cabinet_has_a_link_of_its_own_to_a_new_password() -> None:
    cabinets = [
        {"person": "Анна", "cabinet": "Ромашка", "kind": kind, "ticket": f"secret-{kind}"}
        for kind in ("PARTNER", "COMPANY")
    ]
    facts: Any = {"expires_at": "2025-11-22T21:30:00+00:00", "cabinets": cabinets}
    rendered = TEMPLATES.render(LetterKind.PASSWORD_RESET, "ru", facts)
    for text in (rendered.text, rendered.html):
        assert text.index("Кабинет партнёра «Ромашка»") < text.index("ticket=secret-PARTNER")
        assert text.index("ticket=secret-PARTNER") < text.index("Кабинет компании «Ромашка»")
        assert text.index("Кабинет компании «Ромашка»") < text.index("ticket=secret-COMPANY")
        assert "23.11.2025 00:30 (МСК)" in text
    english = TEMPLATES.render(LetterKind.PASSWORD_RESET, "en", facts)
    assert "2025-11-22 21:30 UTC" in english.text


def test_codes_are_grouped_by_document_and_can_be_read() -> None:
    entries = [("Касса", "000000001234", "7"), ("Склад", "123456789012", "7")]
    entries.append(("Касса", "999999999999", "8"))
    licenses = [
        {"product": product, "code": code, "document": number, "buyer": "ИП Иванов"}
        for product, code, number in entries
    ]
    facts: dict[str, Any] = {"seller": "ЦТО", "licenses": licenses}
    text = TEMPLATES.render(LetterKind.LICENSES, "ru", facts).text
    assert text.count("Документ № 7, покупатель: ИП Иванов") == 1
    assert "0000 0000 1234  Касса\n1234 5678 9012  Склад\n" in text
    assert text.index("Документ № 8") < text.index("9999 9999 9999")
    page = TEMPLATES.render(LetterKind.LICENSES, "en", facts).html
    assert "0000 0000 1234" in page
    assert "Document No. 7, buyer: ИП Иванов" in page


def test_the_new_address_is_not_told_to_the_old_one() -> None:
    assert "email" not in NEEDS[LetterKind.EMAIL_CHANGED]
    assert "ticket" not in NEEDS[LetterKind.EMAIL_CHANGED]


def test_a_missing_fact_is_an_error_and_no_blank() -> None:
    with pytest.raises(UndefinedError):
        TEMPLATES.render(LetterKind.INVITATION, "ru", {"cabinet": "Ромашка"})
