"""The multi-regional company ООО «ИПТ» and its regional clients, in the style of [004]."""

from __future__ import annotations

from domain.access import Right
from gateway.demonstration.shapes import (
    Company,
    Firm,
    Member,
    MultiRegional,
    Outlet,
    Password,
)
from persistence.companies import RegionalDetails

INN = "7700003056"
OTHER_INN = "7800004529"

MRC = MultiRegional(
    name="ООО «ИПТ»",
    inn=INN,
    members=(
        Member(
            "Павел Нестеров",
            "nesterov@example.com",
            Right.ADMIN,
            Password.MRC,
            phone="+7 200 000-00-40",
            login="nesterov",
        ),
        Member(
            "Инна Полякова",
            "polyakova@example.com",
            Right.ADMIN,
            Password.MRC,
            phone="+7 200 000-00-41",
            login="polyakova",
        ),
    ),
)

_PLACES = (
    ("Архангельск", "Архангельская область", "NordWest", "Europe/Moscow"),
    ("Северодвинск", "Архангельская область", "NordWest", "Europe/Moscow"),
    ("Мурманск", "Мурманская область", "NordWest", "Europe/Moscow"),
    ("Калининград", "Калининградская область", "NordWest", "Europe/Kaliningrad"),
    ("Санкт-Петербург", "Санкт-Петербург", "NordWest", "Europe/Moscow"),
    ("Москва", "Москва", "Moscow", "Europe/Moscow"),
    ("Подольск", "Московская область", "Moscow", "Europe/Moscow"),
    ("Орёл", "Орловская область", "Center", "Europe/Moscow"),
    ("Воронеж", "Воронежская область", "Center", "Europe/Moscow"),
    ("Самара", "Самарская область", "Volga", "Europe/Samara"),
    ("Казань", "Республика Татарстан", "Volga", "Europe/Moscow"),
    ("Екатеринбург", "Свердловская область", "Ural", "Asia/Yekaterinburg"),
    ("Пермь", "Пермский край", "Ural", "Asia/Yekaterinburg"),
    ("Новосибирск", "Новосибирская область", "Siberia", "Asia/Novosibirsk"),
    ("Иркутск", "Иркутская область", "Siberia", "Asia/Irkutsk"),
    ("Владивосток", "Приморский край", "FarEast", "Asia/Vladivostok"),
    # From here on not bound yet.
    ("Краснодар", "Краснодарский край", "South", "Europe/Moscow"),
    ("Ростов-на-Дону", "Ростовская область", "South", "Europe/Moscow"),
    ("Омск", "Омская область", "Siberia", "Asia/Omsk"),
    ("Петропавловск-Камчатский", "Камчатский край", "FarEast", "Asia/Kamchatka"),
)
BOUND = 16
"""How many of the clients are bound: the count of the list in [004]."""

_TARIFFS = ("7700-00-0000", "7700-00-0001", "7700-00-0002")


def _number(index: int) -> str:
    # The first is the number of the document. No telephone network of Russia or Kazakhstan, the
    # two countries of +7, uses codes that begin with 20.
    return "7700-220-00-70" if index == 0 else f"7{200 + index}-220-00-70"


def _client(index: int, city: str, region: str, macroregion: str, time_zone: str) -> Company:
    number = _number(index)
    digits = "".join(filter(str.isdigit, number))
    return Company(
        key=f"ipt-{index + 1}",
        name="ООО «ИПТ»" if index == 0 else f"ООО «ИПТ», {city}",
        firms=(Firm("ООО «ИПТ»", INN, address=f"г. {city}"),),
        outlets=(Outlet(f"Офис, {city}", time_zone),),
        members=(Member(f"Администратор ИПТ, {city}", f"ipt{index + 1}@example.com"),),
        place=RegionalDetails(
            account_number=f"{index:08}",
            multichannel_number=number,
            tariff=_TARIFFS[index % len(_TARIFFS)],
            region=region,
            macroregion=macroregion,
            numbers=(digits[:-2] + "71", digits[:-2] + "72"),
        ),
    )


CLIENTS = tuple(_client(index, *place) for index, place in enumerate(_PLACES))

STRANGER = Company(
    key="stranger",
    name='ООО "Иная связь"',
    firms=(Firm('ООО "Иная связь"', OTHER_INN),),
    outlets=(Outlet("Салон связи"),),
    members=(Member("Инакова Рита", "inakova@example.com"),),
    place=RegionalDetails("90000001", "7299-220-00-70", _TARIFFS[0], "Санкт-Петербург", "NordWest"),
)
"""Has a number, but another INN: it cannot be bound to ООО «ИПТ»."""
