"""Who is in the demo: literal tables. Numbers are kept for fiction, or have no holder."""

from dataclasses import dataclass

from hub.model import Role

SUPPORT, SALES = "Support", "Sales"


@dataclass(frozen=True, slots=True)
class Agent:
    """One who answers."""

    name: str
    language: str
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """One who answers for those who answer."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Customer:
    """One who writes; ``owner`` is the agent responsible for her."""

    name: str
    language: str
    phone: str
    owner: str | None = None
    mail: str | None = None


AGENTS = (
    Agent("Mina", "fa", (SUPPORT,)),
    Agent("Ali", "fa", (SUPPORT, SALES)),
    Agent("Emma", "en", (SUPPORT, SALES)),
)

LEADS = (Lead("Shirin", Role.SUPERVISOR), Lead("Kian", Role.ADMIN))

CUSTOMERS = (
    Customer("سارا احمدی", "fa", "+989121234567", "Mina", "sara@example.ir"),
    Customer("رضا کریمی", "fa", "+989121234568", "Mina"),
    Customer("مریم حسینی", "fa", "+989121234569", "Ali", "maryam@example.ir"),
    Customer("امیر رضایی", "fa", "+989121234570", "Ali"),
    Customer("نگار موسوی", "fa", "+989121234571"),
    Customer("حسین جعفری", "fa", "+989121234572"),
    Customer("لیلا نوری", "fa", "+989121234573"),
    Customer("Grace Miller", "en", "+12025550147", "Emma", "grace@example.com"),
    Customer("James Wilson", "en", "+14155550101", "Emma"),
    Customer("Olivia Brown", "en", "+14155550102", None, "olivia@example.com"),
    Customer("Noah Davis", "en", "+14155550103"),
    Customer("Sophia Garcia", "en", "+14155550104", "Mina"),
)
