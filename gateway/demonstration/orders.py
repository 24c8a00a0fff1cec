"""The orders that move licenses, in the sequence in which they are given."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, product

from domain.access import Right
from gateway.demonstration.regions import BOUND, CLIENTS
from gateway.demonstration.sellers import CTO, FRONT, KASSA, LICENSOR, NEVA, OB


@dataclass(frozen=True, slots=True)
class Chosen:
    """The last `quantity` licenses of an earlier document, named one by one."""

    document: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Oldest:
    """So many licenses of a product, oldest first."""

    product: str
    quantity: int


What = Chosen | Oldest


@dataclass(frozen=True, slots=True)
class Outsider:
    """Details typed by hand: of an unregistered buyer, or on a reveal."""

    name: str
    inn: str
    email: str | None = None
    phone: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """The licensor creates licenses."""

    product: str
    quantity: int


@dataclass(frozen=True, slots=True)
class SellToPartner:
    """The licensor sells to a partner; `name` is for `Chosen`."""

    partner: str
    what: What
    name: str = ""
    right: Right = Right.ADMIN


@dataclass(frozen=True, slots=True)
class SellToFirm:
    """A seller sells to a firm of a company, the main one unless another is numbered."""

    seller: str
    company: str
    what: What
    firm: int = 0
    name: str = ""
    right: Right = Right.ADMIN


@dataclass(frozen=True, slots=True)
class SellOutside:
    """A seller sells to a buyer typed by hand."""

    seller: str
    buyer: Outsider
    what: What
    right: Right = Right.ADMIN


@dataclass(frozen=True, slots=True)
class Reveal:
    """A holder reveals to himself, with or without details."""

    holder: str
    what: What
    details: Outsider | None = None
    name: str = ""
    right: Right = Right.ADMIN


Order = Issue | SellToPartner | SellToFirm | SellOutside | Reveal

LAWN = Outsider(
    'ООО "Газон"',
    "3100001187",
    email="lawn@example.com",
    phone="+7 200 000-02-10",
    address="г. Белгород, Образцовая улица, 14",
)
TAXI = Outsider("ИП Быстров Егор Олегович", "770000099177", email="taxi@example.com")
FAIR = Outsider('ООО "Ярмарка"', "6600002280", email="fair@example.com")
# The check digit is wrong on purpose: the seller is warned, the sale is made.
MISTYPED = Outsider('ООО "Описка"', "6600002287", email="typo@example.com")

_SUPPLY: tuple[Order, ...] = (
    Issue(FRONT, 1000),
    Issue(KASSA, 1200),
    SellToPartner(CTO.key, Oldest(FRONT, 400), name="cto-front"),
    SellToPartner(CTO.key, Oldest(KASSA, 350), name="cto-kassa"),
    SellToPartner(NEVA.key, Oldest(FRONT, 250), right=Right.MANAGER),
    SellToPartner(NEVA.key, Oldest(KASSA, 300), name="neva-kassa", right=Right.MANAGER),
    SellToPartner(OB.key, Oldest(FRONT, 120)),
    SellToPartner(OB.key, Oldest(KASSA, 200)),
    Issue(FRONT, 800),
)

# The numbers of licenses in the list «Компании других партнеров» [000]: 2, 1 and 1.
_GUIDE: tuple[Order, ...] = (
    SellToFirm(CTO.key, "eleks", Oldest(FRONT, 2), right=Right.MANAGER),
    SellToFirm(NEVA.key, "test", Oldest(FRONT, 1)),
    SellToFirm(OB.key, "svetlyachok", Oldest(KASSA, 1)),
)

# Bought from the seller that the company has before `linking` moves it: licenses stay with the
# company, documents with their issuer.
_BEFORE_MOVES: tuple[Order, ...] = (
    SellToFirm(LICENSOR.key, "yolochka", Oldest(FRONT, 15)),
    SellToFirm(CTO.key, "volga", Oldest(KASSA, 22), name="volga"),
    SellToFirm(NEVA.key, "pier", Oldest(KASSA, 9), right=Right.MANAGER),
    Reveal("volga", Chosen("volga", 4)),
)

EARLIER_ORDERS = _SUPPLY + _GUIDE + _BEFORE_MOVES

_SELLERS_OF = {
    CTO.key: ("polar", "samoylov", "yolochka", "cto-company"),
    NEVA.key: ("amber", "honey", "volga"),
    OB.key: ("gem", "fish", "crab"),
    LICENSOR.key: ("garden", "yegorova", "pier", "neva-company"),
}
_RIGHTS = (Right.ADMIN, Right.MANAGER)


def _regular_sales() -> list[Order]:
    """Return what each seller sells to its companies again and again."""
    sales: list[Order] = []
    numbers = count()
    for round_, (seller, companies) in product(range(3), _SELLERS_OF.items()):
        for company, title in product(companies, (FRONT, KASSA)):
            number = next(numbers)
            what = Oldest(title, 2 + number * 5 % 11 + round_)
            sales.append(SellToFirm(seller, company, what, right=_RIGHTS[number % 2]))
    return sales


def _regional_sales() -> list[Order]:
    """Return what the licensor sells to the clients of the multi-regional company."""
    return [
        SellToFirm(LICENSOR.key, client.key, Oldest(KASSA, 3 + index % 4), right=Right.MANAGER)
        for index, client in enumerate(CLIENTS[: BOUND + 2])
    ]


_CHOSEN: tuple[Order, ...] = (
    # A sealed license of the stock is sold by its id; to a firm that is not the main one.
    SellToFirm(CTO.key, "polar", Chosen("cto-front", 6), firm=1, name="polar-front"),
    SellToFirm(CTO.key, "polar", Oldest(KASSA, 14), firm=2, name="polar-kassa"),
    SellOutside(CTO.key, FAIR, Chosen("cto-kassa", 3)),
    Reveal(NEVA.key, Chosen("neva-kassa", 8)),
)

_REVEALS: tuple[Order, ...] = (
    Reveal(LICENSOR.key, Oldest(FRONT, 130), name="licensor-kit"),
    Reveal(LICENSOR.key, Oldest(KASSA, 40), right=Right.MANAGER),
    Reveal(CTO.key, Oldest(FRONT, 140), name="cto-kit"),
    # The typed details are somebody else's: they make nobody a holder [001].
    Reveal(CTO.key, Oldest(KASSA, 45), TAXI, right=Right.MANAGER),
    Reveal(NEVA.key, Oldest(FRONT, 70), name="neva-kit", right=Right.MANAGER),
    Reveal(OB.key, Oldest(KASSA, 55), LAWN),
    Reveal("polar", Chosen("polar-front", 4)),
    Reveal("polar", Chosen("polar-kassa", 7), right=Right.MANAGER),
    Reveal("amber", Oldest(FRONT, 5)),
    Reveal("fish", Oldest(KASSA, 6), right=Right.MANAGER),
    Reveal("garden", Oldest(KASSA, 4)),
    Reveal(CLIENTS[0].key, Oldest(KASSA, 2)),
    Reveal(CLIENTS[5].key, Oldest(KASSA, 1)),
)

_OUTSIDE: tuple[Order, ...] = (
    SellOutside(LICENSOR.key, LAWN, Oldest(KASSA, 25)),
    SellOutside(LICENSOR.key, TAXI, Chosen("licensor-kit", 18), Right.MANAGER),
    SellOutside(CTO.key, LAWN, Oldest(FRONT, 17)),
    # "Or reveal to himself and sell to anyone" [001].
    SellOutside(CTO.key, TAXI, Chosen("cto-kit", 33), Right.MANAGER),
    SellOutside(CTO.key, MISTYPED, Oldest(KASSA, 1)),
    SellOutside(NEVA.key, FAIR, Oldest(KASSA, 30)),
    SellOutside(NEVA.key, TAXI, Chosen("neva-kit", 12), Right.MANAGER),
    SellOutside(OB.key, FAIR, Oldest(FRONT, 13)),
)

LATER_ORDERS = (*_regular_sales(), *_regional_sales(), *_CHOSEN, *_REVEALS, *_OUTSIDE)
