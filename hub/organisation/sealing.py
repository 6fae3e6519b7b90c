"""Secrets at rest: sealed with ``HUB_SECRET_KEY`` (Fernet, AES-128-CBC with HMAC-SHA256; cryptography.io)."""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from hub import logs
from hub.errors import SettingsInvalid

KEY_FILE = "secret.key"
_SET_THE_SAME = (
    "HUB_SECRET_KEY: the accounts in this database were sealed with another key than this process has; set the same"
    " HUB_SECRET_KEY everywhere (without one, each data folder's secret.key is its own)"
)


class Sealer:
    """Seals and opens small maps of secrets. ``key`` may be any text; settings ask for a long one."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"peyvand" + self._key).digest()))

    @cached_property
    def _signing_key(self) -> bytes:
        """Stretched, since third parties see what it signs: guessing a weak key takes 16 MB and some 50 ms each time.

        Made when it is first needed, once for a process: most commands sign nothing. RFC 7914 (scrypt), 5869 (HKDF).
        """
        stretched = Scrypt(salt=b"peyvand: shown to others", length=32, n=2**14, r=8, p=1).derive(self._key)
        return HKDF(hashes.SHA256(), length=32, salt=None, info=b"links").derive(stretched)

    def sign(self, words: str) -> str:
        """A proof, of 128 bits, that words are this installation's own; the same in every process with the key."""
        proof = hmac.digest(self._signing_key, words.encode(), "sha256")[:16]
        return base64.urlsafe_b64encode(proof).rstrip(b"=").decode()

    def seal(self, values: dict[str, str]) -> bytes:
        """The sealed form, safe to store."""
        return self._fernet.encrypt(msgspec.json.encode(values))

    def open(self, sealed: bytes) -> dict[str, str]:
        """What was sealed. Raises ``SettingsInvalid`` if it was sealed with another key."""
        try:
            return msgspec.json.decode(self._fernet.decrypt(sealed), type=dict[str, str])
        except InvalidToken as error:
            mend = "HUB_SECRET_KEY: is not the key the stored secrets were sealed with; restore it, or enter them anew"
            raise SettingsInvalid([mend]) from error

    def opens(self, sealed: bytes) -> bool:
        """Whether it was sealed with this key."""
        try:
            self.open(sealed)
        except SettingsInvalid:
            return False
        return True


def sealer_for(secret_key: str, data_dir: Path, *, shared: bool, stored: Sequence[bytes]) -> Sealer:
    """The sealer of this process: of ``HUB_SECRET_KEY``, else of the key in its data folder.

    ``shared`` is a database that other processes may use as well, ``stored`` the secrets sealed there. Raises
    ``SettingsInvalid`` if the data folder's key is not the one those were sealed with; none is made beside them.
    """
    if secret_key:
        return Sealer(secret_key)
    if shared and stored and not (data_dir / KEY_FILE).exists():
        raise SettingsInvalid([_SET_THE_SAME])
    sealer = Sealer(key_in(data_dir))
    if shared and not all(sealer.opens(sealed) for sealed in stored):
        raise SettingsInvalid([_SET_THE_SAME])
    return sealer


def key_in(data_dir: Path) -> str:
    """The key kept in the data folder; made, readable to its owner alone, if there is none yet."""
    path = data_dir / KEY_FILE
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make_key(path)
    key = path.read_text().strip()
    logs.never_show([key])
    return key


def _make_key(path: Path) -> None:
    """Written aside and linked: another process, or this one after a kill, sees a whole key or none."""
    aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(32))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):  # somebody else's is there meanwhile, and is the one
        os.link(aside, path)
    aside.unlink()
