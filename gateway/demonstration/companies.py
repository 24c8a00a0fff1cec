"""The companies; the first three are the list «Компании других партнеров» of [000]."""

from __future__ import annotations

from dataclasses import replace

from domain.access import Right
from gateway.demonstration.sellers import CTO, NEVA, OB, ORLOVA, SIDOROV
from gateway.demonstration.shapes import Company, Firm, Member, Outlet, Password

KALININGRAD = "Europe/Kaliningrad"
SAMARA = "Europe/Samara"
YEKATERINBURG = "Asia/Yekaterinburg"
NOVOSIBIRSK = "Asia/Novosibirsk"
VLADIVOSTOK = "Asia/Vladivostok"


def _admin(name: str, email: str) -> Member:
    return Member(name, f"{email}@example.com")


def _manager(name: str, email: str, *, is_contact: bool = True) -> Member:
    return Member(name, f"{email}@example.com", Right.MANAGER, is_contact=is_contact)


# What a company whose users are printed as sign-ins looks like: several of everything.
POLAR_BREAD = Company(
    key="polar",
    name='ООО "Полярный хлеб"',
    firms=(
        Firm(
            'ООО "Полярный хлеб"',
            "2900003417",
            email="bread@example.com",
            phone="+7 200 000-01-10",
            address="г. Архангельск, Образцовая улица, 4",
        ),
        Firm("ИП Ершова Нина Петровна", "510000011355", email="ershova@example.com"),
        Firm('ООО "Поморская булочная"', "2900001265"),
    ),
    outlets=(
        Outlet("Булочная на набережной", address="г. Архангельск, Образцовая набережная, 5"),
        Outlet("Пекарня в Мурманске", address="г. Мурманск, Образцовая улица, 6"),
        Outlet("Кафе в Калининграде", KALININGRAD, "г. Калининград, Образцовая улица, 7"),
    ),
    members=(
        _admin("Ершова Нина", "ershova"),
        _manager("Попов Алексей", "popov"),
        _manager("Зайцева Ирина", "zaytseva", is_contact=False),
    ),
    partner=CTO.key,
)

COMPANIES = (
    Company(
        "eleks",
        'ООО "Элекс-С"',
        (Firm('ООО "Элекс-С"', "6722012609", email="eleks@example.com"),),
        (Outlet("Магазин электроники", address="г. Вязьма, Образцовая улица, 8"),),
        (_admin("Ильина Светлана", "ilyina"),),
        CTO.key,
    ),
    Company(
        "test",
        'ООО "Тест"',
        (Firm('ООО "Тест"', "6321062257", email="firm.test@example.com"),),
        (Outlet("Главный", SAMARA, "г. Тольятти, Образцовая улица, 9"),),
        (_admin("Тестов Тимофей", "testov"),),
        NEVA.key,
    ),
    Company(
        "svetlyachok",
        'ООО "Светлячок"',
        (Firm('ООО "Светлячок"', "3519003320", email="svetlyachok@example.com"),),
        (Outlet("Детский магазин", address="г. Вологда, Образцовая улица, 10"),),
        (_admin("Соколова Юлия", "sokolova"),),
        OB.key,
    ),
    POLAR_BREAD,
    Company(
        "yolochka",
        'ООО "Ёлочка"',
        (
            Firm('ООО "Ёлочка"', "7700005631", email="yolochka@example.com"),
            Firm('ООО "Ёлочка-Север"', "5000006749"),
        ),
        (Outlet("Ёлочный базар"), Outlet("Склад-магазин")),
        (_admin("Королёв Фёдор", "korolyov"), _manager("Рыбакова Дарья", "rybakova")),
    ),
    Company(
        "samoylov",
        "ИП Самойлов Григорий Андреевич",
        (Firm("ИП Самойлов Григорий Андреевич", "270000022438"),),
        (Outlet("Рынок, ряд 5", VLADIVOSTOK, "г. Хабаровск, Образцовая площадь, 11"),),
        (_admin("Самойлов Григорий", "samoylov"),),
        CTO.key,
    ),
    Company(
        "amber",
        'ООО "Янтарный берег"',
        (Firm('ООО "Янтарный берег"', "3900002398", email="amber@example.com"),),
        (Outlet("Сувениры у моря", KALININGRAD), Outlet("Киоск на вокзале", KALININGRAD)),
        (_admin("Лебедев Илья", "lebedev"), _manager("Титова Марина", "titova")),
        NEVA.key,
    ),
    Company(
        "volga",
        'ООО "Волжанка"',
        (
            Firm('ООО "Волжанка"', "6300007858", email="volga@example.com"),
            Firm("ИП Волков Денис Ильич", "610000044603"),
        ),
        (Outlet("Магазин у пристани", SAMARA), Outlet("Магазин в Саратове", "Europe/Saratov")),
        (_admin("Волков Денис", "volkov"), _manager("Гусева Алла", "guseva")),
        CTO.key,
    ),
    Company(
        "honey",
        'ООО "Башкирский мёд"',
        (Firm('ООО "Башкирский мёд"', "0200007645", email="honey@example.com"),),
        (Outlet("Лавка", YEKATERINBURG, "г. Уфа, Образцовая улица, 12"),),
        (_admin("Ахметов Рустам", "akhmetov"),),
        NEVA.key,
    ),
    Company(
        "gem",
        'ООО "Уральский самоцвет"',
        (Firm('ООО "Уральский самоцвет"', "6600009172"),),
        (Outlet("Салон", YEKATERINBURG), Outlet("Салон в Перми", YEKATERINBURG)),
        (_admin("Малахова Зоя", "malakhova"), _manager("Яшин Пётр", "yashin")),
        OB.key,
    ),
    Company(
        "fish",
        'ООО "Обская рыба"',
        (Firm('ООО "Обская рыба"', "5400008966"), Firm("ИП Карпов Лев Ильич", "540000066829")),
        (Outlet("Рыбный ряд", NOVOSIBIRSK), Outlet("Рыба в Омске", "Asia/Omsk")),
        (_admin("Карпов Лев", "karpov"), _manager("Щукина Яна", "shchukina")),
        OB.key,
    ),
    Company(
        "crab",
        'ООО "Приморский краб"',
        (Firm('ООО "Приморский краб"', "2500001285", email="crab@example.com"),),
        (Outlet("Ресторан", VLADIVOSTOK), Outlet("Лавка на Камчатке", "Asia/Kamchatka")),
        (_admin("Ким Роман", "kim"), _manager("Дальская Анна", "dalskaya")),
        OB.key,
    ),
    Company(
        "garden",
        'ООО "Кубанский сад"',
        (Firm('ООО "Кубанский сад"', "2300004313"),),
        (Outlet("Овощи и фрукты", address="г. Краснодар, Образцовая улица, 13"),),
        (_admin("Садовая Галина", "sadovaya"), _manager("Грушин Олег", "grushin")),
    ),
    Company(
        "yegorova",
        "ИП Егорова Лидия Павловна",
        (Firm("ИП Егорова Лидия Павловна", "760000033500"),),
        (Outlet("Ткани"),),
        (_admin("Егорова Лидия", "yegorova"),),
    ),
    Company(
        "pier",
        'ООО "Камский причал"',
        (Firm('ООО "Камский причал"', "1600005429", phone="+7 200 000-01-20"),),
        (Outlet("Кафе на пристани"), Outlet("Кафе в Ижевске", SAMARA)),
        (_admin("Камаев Азат", "kamaev"), _manager("Речная Ольга", "rechnaya")),
        NEVA.key,
    ),
    Company(
        "cto-company",
        CTO.name,
        (Firm(CTO.name, CTO.inn, phone=CTO.phone, address=CTO.address),),
        (Outlet("Учебный класс"),),
        (replace(SIDOROV, password=Password.COMPANY),),
        CTO.key,
    ),
    Company(
        "neva-company",
        NEVA.name,
        (Firm(NEVA.name, NEVA.inn, phone=NEVA.phone, address=NEVA.address),),
        (Outlet("Выставочный зал"),),
        (ORLOVA,),
    ),
)
