"""What the doctor says of those who administer."""

import pytest

from hub.checks.people import people
from hub.model import Role, new_id
from hub.organisation import store as organisation
from hub.organisation.signing import store as signing
from hub.store import Store, migrate

NOBODY, NOT_AT_THE_DESK = "nobody can administer", "no administrator can sign in at the desk"
MAKE, GIVE = "`hub agents add NAME --role admin --random-password` makes somebody", "`hub agents password 'Kian'`"


@pytest.mark.parametrize(
    ("there", "says"),
    [
        ("", (NOBODY, MAKE)),
        ("token", (NOT_AT_THE_DESK, MAKE)),
        ("admin", (NOBODY, GIVE)),
        ("admin token", (NOT_AT_THE_DESK, GIVE)),
        ("admin password", None),
        ("admin password left", (NOBODY, MAKE)),
        ("agent password", (NOBODY, MAKE)),
    ],
)
async def test_it_says_when_no_administrator_can_sign_in(
    migrated_database: str, there: str, says: tuple[str, str] | None
) -> None:
    await migrate.check(migrated_database)
    store = Store(migrated_database)
    try:
        await _make(store, set(there.split()))
        found = [(one.text, one.mend) async for one in people(store)]
    finally:
        await store.aclose()
    assert [one for one in found if one[0] in {NOBODY, NOT_AT_THE_DESK}] == ([says] if says else [])


async def _make(store: Store, there: set[str]) -> None:
    agent = new_id()
    async with store.transaction() as tx:
        if there & {"admin", "agent"}:
            role = Role.ADMIN if "admin" in there else Role.AGENT
            await organisation.add_agent(tx, agent, name="Kian", role=role)
        if "password" in there:
            await signing.set_password(tx, agent, "hashed", by="test")
        if "left" in there:
            await organisation.change_agent(tx, agent, {"active": False})
        if "token" in there:
            await organisation.add_token(tx, name="crm", role=Role.ADMIN)
