"""Secrets at rest."""

import base64
import hashlib
import hmac
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from hub import logs
from hub.errors import SettingsInvalid
from hub.organisation.sealing import Sealer, key_in, sealer_for
from hub.organisation.store import hashed

SECRETS = st.dictionaries(
    st.text(max_size=20), st.text(st.characters(exclude_categories=["Cs"]), max_size=50), max_size=4
)


@given(SECRETS)
def test_what_was_sealed_opens(values: dict[str, str]) -> None:
    assert Sealer("a key of sixteen and more").open(Sealer("a key of sixteen and more").seal(values)) == values


def test_nothing_of_it_shows_and_no_two_are_alike() -> None:
    sealer = Sealer("a key of sixteen and more")
    one, other = (sealer.seal({"auth_token": "canary-secret"}) for _ in range(2))
    assert b"canary" not in one
    assert one != other


@pytest.mark.parametrize("spoil", [lambda b: b, lambda b: b[:-1] + b"x", lambda _: b"", lambda _: b"garbage"])
def test_another_key_or_damage_says_how_to_mend(spoil: object) -> None:
    sealed = Sealer("a key of sixteen and more").seal({"auth_token": "x"})
    with pytest.raises(SettingsInvalid, match=r"HUB_SECRET_KEY.*restore it"):
        Sealer("another key of sixteen").open(spoil(sealed))  # type: ignore[operator]  # a case


def test_what_signs_is_stretched_and_says_nothing_of_what_seals() -> None:
    """The proof of one key, computed by hand: in every process, and by the next version, it must be the same."""
    key = b"a key of sixteen and more"
    stretched = hashlib.scrypt(key, salt=b"peyvand: shown to others", n=2**14, r=8, p=1, maxmem=2**26, dklen=32)
    extracted = hmac.digest(bytes(32), stretched, "sha256")
    signing = hmac.digest(extracted, b"links\x01", "sha256")
    proof = base64.urlsafe_b64encode(hmac.digest(signing, b"words", "sha256")[:16]).rstrip(b"=").decode()
    assert Sealer(key.decode()).sign("words") == proof


def test_what_was_sealed_before_opens() -> None:
    fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"peyvand" + b"a key of sixteen and more").digest()))
    assert Sealer("a key of sixteen and more").open(fernet.encrypt(b'{"auth_token":"x"}')) == {"auth_token": "x"}


def test_the_key_of_a_data_folder_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "var"
    key = key_in(folder)
    assert key == key_in(folder)
    assert len(key) >= 32
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    assert key != key_in(tmp_path / "other")


def test_the_key_of_a_data_folder_is_never_shown(tmp_path: Path) -> None:
    key = key_in(tmp_path)
    assert key not in logs.hidden(f"sealed with {key}")


def test_a_token_is_kept_as_its_hash_only() -> None:
    assert hashed("pv_x") == hashed("pv_x") != hashed("pv_y")
    assert len(hashed("pv_x")) == 32


SEALED = Sealer("another key of sixteen").seal({"auth_token": "x"})


def test_beside_secrets_of_another_process_no_key_is_made(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="set the same HUB_SECRET_KEY everywhere"):
        sealer_for("", tmp_path, shared=True, stored=[SEALED])
    assert not (tmp_path / "secret.key").exists()


def test_a_data_folders_key_that_opens_nothing_is_refused_in_a_shared_database(tmp_path: Path) -> None:
    own = Sealer(key_in(tmp_path)).seal({})
    assert sealer_for("", tmp_path, shared=True, stored=[own]).opens(own)
    with pytest.raises(SettingsInvalid, match="set the same HUB_SECRET_KEY everywhere"):
        sealer_for("", tmp_path, shared=True, stored=[own, SEALED])
    assert not sealer_for("", tmp_path, shared=False, stored=[SEALED]).opens(SEALED), "its own database is its affair"


def test_the_first_process_makes_its_key_and_a_given_one_is_taken(tmp_path: Path) -> None:
    assert sealer_for("", tmp_path, shared=True, stored=[]).opens(Sealer(key_in(tmp_path)).seal({}))
    assert sealer_for("another key of sixteen", tmp_path, shared=True, stored=[SEALED]).opens(SEALED)
