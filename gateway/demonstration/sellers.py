"""The licensor, its products and its partners; ООО "ЦТО ККТ" is the sample form of [000]."""

from __future__ import annotations

from domain.access import Right
from gateway.demonstration.shapes import Member, Password, Seller

FRONT = "MyPOS Front"
KASSA = "MyPOS Касса"

LICENSOR = Seller(
    key="mypos",
    name="MyPOS",
    inn="7700002140",
    address="109000, г. Москва, Образцовая улица, 1",
    head="Тихонова Мария Сергеевна",
    phone="+7 200 000-00-10",
    members=(
        Member("Тихонова Мария", "admin@example.com", Right.ADMIN, Password.LICENSOR),
        Member("Воронин Сергей", "manager@example.com", Right.MANAGER, Password.LICENSOR),
        Member("Дроздова Елена", "support@example.com", Right.SUPPORT, Password.LICENSOR),
    ),
)

# Two partners are companies too: "nobody forbids the same data for a partner and a company" [001].
# Sidorov's cabinets have different passwords, Orlova's have one and the same.
SIDOROV = Member("Сидоров Николай", "sidorov@example.com", Right.ADMIN, Password.PARTNER)
ORLOVA = Member("Орлова Анна", "orlova@example.com", Right.ADMIN, Password.BOTH_CABINETS)

CTO = Seller(
    key="cto",
    name='ООО "ЦТО ККТ"',
    inn="7788990011",
    address="105122, г. Москва, Щелковское шоссе",
    head="Фёдоров Иван Иванович",
    phone="8(800) 333-00-14",
    members=(
        SIDOROV,
        Member("Кузнецова Ольга", "kuznetsova@example.com", Right.MANAGER, Password.PARTNER),
    ),
)
NEVA = Seller(
    key="neva",
    name='ООО "Невские кассы"',
    inn="7813005174",
    address="197000, г. Санкт-Петербург, Образцовая набережная, 2",
    head="Орлова Анна Викторовна",
    phone="+7 200 000-00-20",
    members=(
        ORLOVA,
        Member("Беляев Артём", "belyaev@example.com", Right.MANAGER, Password.PARTNER),
    ),
)
OB = Seller(
    key="ob",
    name='ООО "Сибирский учёт"',
    inn="5400003189",
    address="630000, г. Новосибирск, Образцовый проспект, 3",
    head="Громов Павел Андреевич",
    phone="+7 200 000-00-30",
    members=(
        Member("Громов Павел", "gromov@example.com", Right.ADMIN, Password.PARTNER),
        Member("Лапина Вера", "lapina@example.com", Right.MANAGER, Password.PARTNER),
    ),
)

PARTNERS = (CTO, NEVA, OB)
