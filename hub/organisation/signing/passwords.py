"""Passwords: which are taken, and their hashes by argon2id (RFC 9106), made off the event loop.

Rules as in NIST SP 800-63B, 5.1.1: long enough, not one that everybody guesses, nothing about kinds of characters.
"""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.errors import InputInvalid, TooBusy

T = TypeVar("T")

LEAST, MOST = 10, 200
"""Characters of a password."""
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane; some 35 ms of one core."""
AT_ONCE, WAITING = 2, 50
"""Hashes made at once in a process, and those that may wait for it: a flood of sign-ins takes neither memory nor time
from webhooks."""
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""Of random passwords: nothing that looks like something else; 5 bits a character."""
# fmt: off
_GUESSED = frozenset((
    "1234567890", "0123456789", "0987654321", "9876543210", "1234512345", "1122334455", "1029384756",
    "1qaz2wsx3edc", "1q2w3e4r5t", "1q2w3e4r5t6y", "qwertyuiop", "qwertyuiop123", "qwerty12345", "qwerty123456",
    "asdfghjkl1", "zxcvbnm123", "qazwsxedc1", "qazwsxedcrfv", "zaq12wsxcde3", "password12", "password123",
    "password1234", "password12345", "passw0rd123", "p@ssw0rd123", "p@ssword123", "mypassword", "thepassword",
    "welcome123", "welcome1234", "letmein123", "letmein1234", "iloveyou12", "iloveyou123", "ilovepizza",
    "sunshine123", "princess123", "football123", "baseball123", "superman123", "starwars123", "dragon12345",
    "monkey12345", "master12345", "shadow12345", "michael123", "jennifer123", "abcdefghij", "abcdefgh123",
    "abcd123456", "abc1234567", "abc12345678", "administrator", "admin12345", "admin123456", "adminadmin",
    "changeme123", "changeit123", "default123", "test123456", "testtest12", "guest12345", "secret1234",
    "secret12345", "trustno1234", "پیوندپیوند", "رمزعبور۱۲۳", "رمزعبور123", "سلامسلامسلام",
))
# fmt: on
"""Long ones that lists of stolen passwords are full of; case is not looked at."""


class Passwords:
    """Makes and compares hashes for one process."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._waiting = 0
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        """Its hash with a salt of its own. Raises ``TooBusy``."""
        return await self._aside(lambda: _HASHER.hash(normal(password)))

    async def right(self, password: str, hashed: str | None) -> bool:
        """Whether it is the password; without a hash it takes as long to say no. Raises ``TooBusy``."""
        return await self._aside(lambda: self._right(password, hashed))

    def _right(self, password: str, hashed: str | None) -> bool:
        if self._nobodys is None:
            self._nobodys = _HASHER.hash(secrets.token_hex())
        try:
            _HASHER.verify(hashed or self._nobodys, normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None

    async def _aside(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            raise busy()
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """No more; what is under way ends."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def outdated(hashed: str) -> bool:
    """Whether it was made with other parameters than hashes are made with now."""
    return _HASHER.check_needs_rehash(hashed)


def normal(password: str) -> str:
    """As it is hashed: however a keyboard composes its letters (NFKC), it is the same password."""
    return unicodedata.normalize("NFKC", password)


def fit(password: str, *, name: str, where: str) -> str:
    """The password if it may be one of somebody with that name. Raises ``InputInvalid`` that never repeats it."""
    if not LEAST <= len(password) <= MOST:
        raise InputInvalid(
            f"a password has {LEAST} to {MOST} characters", where=where, mend="take several words you remember"
        )
    folded = normal(password).casefold()
    if folded in _GUESSED or len(set(folded)) < 5 or _is_name(folded, name):
        raise InputInvalid(
            "this password is among the first that anybody would guess", where=where, mend="take several words"
        )
    return password


def _is_name(folded: str, name: str) -> bool:
    """Nothing but the name, with up to three characters more."""
    own = normal(name).casefold()
    return own in folded and len(folded) - len(own) <= 3


def random_password() -> str:
    """One of 80 bits, in groups that can be read aloud."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def busy() -> TooBusy:
    """What who signs in gets while too many do."""
    return TooBusy("too many sign in at once", mend="try again in a few seconds")
