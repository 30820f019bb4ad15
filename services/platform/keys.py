"""One data key per resident, wrapped by a master key, kept apart from the log.

Erasing a resident's key erases the resident: their words in the log stay as noise for ever.
"""

import base64
import hmac
import re
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.domain.personal import SEALED_PREFIX, Personal
from services.platform.ids import Entropy, system_entropy
from services.platform.key_store import KeyStore

KEY_BYTES = 32
NONCE_BYTES = 12
SUBJECT_NOISE_BYTES = 6
CACHE_MAX = 20_000
ERASED_SEEN_S = 0.5  # how long a key may be used after another process has erased it
MOBILE_DIGITS = 11
PHONE_ABROAD_MIN = 11  # digits of the shortest number with its country code
CONTACT_MIN = 5  # characters; 无, 匿名 and 张三 are nobody's contact
_MOBILE = re.compile(r"1[0-9]{10}")  # the usual case, as it stands
_PHONE = re.compile(r"[\d\s+\-()./]+")


class SealBroken(ValueError):
    """A sealed value was changed, moved to another place, or made with another master key."""


class Keyring:
    """Seals and opens residents' words. Safe to share between threads."""

    def __init__(
        self, store: KeyStore, master_key: bytes, entropy: Entropy = system_entropy
    ) -> None:
        self._store = store
        self._entropy = entropy
        self._wrapping = AESGCM(_derive(master_key, b"wrap"))
        self._index_key = _derive(master_key, b"index")
        self._digest_key = _derive(master_key, b"digest")
        self._ciphers: OrderedDict[str, AESGCM] = OrderedDict()
        self._erasures = store.erasures()
        self._looked_at_s = time.monotonic()
        self._lock = threading.Lock()

    def fits(self) -> bool:
        """Whether the keys in the store were wrapped with this master key."""
        found = self._store.any_key()
        return found is None or self._unwrapped(*found) is not None

    def residents(self, contacts: Sequence[str | None], now: datetime) -> list[str]:
        """The pseudonym of each contact; whoever leaves no contact is somebody new.

        The keys are durable when this returns, so no word is ever sealed with a key that a
        crash could take away.
        """
        milliseconds = int(now.timestamp() * 1000)
        with self._lock:
            blinds = [None if c is None else self._blind(c) for c in contacts]
            known = self._store.subjects([blind for blind in blinds if blind is not None])
            self._fetch([subject for subject in known.values() if subject not in self._ciphers])
            fresh: dict[str, bytes] = {}
            named: dict[str, str] = {}
            subjects = []
            for blind in blinds:
                subject = known.get(blind) or named.get(blind) if blind else None
                if subject is None:
                    noise = self._entropy(SUBJECT_NOISE_BYTES).hex()
                    subject = (
                        f"{milliseconds:012x}{noise}"  # time-ordered: keys are stored in order
                    )
                    fresh[subject] = self._entropy(KEY_BYTES)
                    if blind:
                        named[blind] = subject
                subjects.append(subject)
            wrapped = [(subject, self._wrap(subject, key)) for subject, key in fresh.items()]
            winners = self._store.add(wrapped, named)
            lost = {subject: winners[blind] for blind, subject in named.items()}
            for subject, key in fresh.items():
                if lost.get(subject, subject) == subject:
                    self._remember(subject, AESGCM(key))
            return [lost.get(subject, subject) for subject in subjects]

    def resident_of(self, contact: str) -> str | None:
        """Whose contact it is; None if nobody has left it, or it tells nobody apart."""
        blind = self._blind(contact)
        return self._store.subjects([blind]).get(blind) if blind else None

    def seal(self, words: Personal, associated_data: bytes) -> str:
        """The stored form `s1.<subject>.<base64 of nonce and ciphertext>`.

        What is said about an erased resident is sealed with a key that nobody keeps: the work on
        their matter goes on, and its words are gone as soon as they are written.
        """
        if words.plain is None:
            raise ValueError("nothing to seal")
        cipher = self._cipher(words.subject) or AESGCM(self._entropy(KEY_BYTES))
        nonce = self._entropy(NONCE_BYTES)
        box = nonce + cipher.encrypt(nonce, words.plain.encode(), associated_data)
        encoded = base64.urlsafe_b64encode(box).decode()
        return f"{SEALED_PREFIX}{words.subject}.{encoded}"

    def open(self, words: Personal | None, associated_data: bytes) -> str | None:
        """The words; None if there are none or the resident was erased. Raises SealBroken."""
        if words is None or words.sealed is None:
            return None if words is None else words.plain
        cipher = self._cipher(words.subject)
        if cipher is None:
            return None
        try:
            box = base64.urlsafe_b64decode(words.sealed.rsplit(".", 1)[1])
            plain = cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], associated_data)
        except (InvalidTag, ValueError):
            raise SealBroken("a sealed value does not belong where it stands") from None
        return plain.decode()

    def expect(self, residents: Sequence[str]) -> None:
        """Their words will be opened soon: one look for all keys instead of one each."""
        with self._lock:
            self._fetch([one for one in dict.fromkeys(residents) if one not in self._ciphers])

    def digest(self, text: str, purpose: str) -> str:
        """A keyed fingerprint of 128 bits: equal texts are seen, texts cannot be guessed."""
        box = hmac.digest(self._digest_key, f"{purpose}|{text}".encode(), "sha256")
        return base64.urlsafe_b64encode(box[:16]).decode().rstrip("=")

    def erase(self, resident: str) -> bool:
        """Forget a resident for good. True if there was a key."""
        with self._lock:
            self._ciphers.pop(resident, None)
            return self._store.erase(resident)

    def erasures(self) -> int:
        """How many residents were erased so far, by any process."""
        return self._store.erasures()

    def erased_of(self, residents: Sequence[str]) -> list[str]:
        """Those among them who were erased."""
        kept = self._store.wrapped_keys(residents)
        return [resident for resident in residents if resident not in kept]

    def close(self) -> None:
        self._store.close()

    def _blind(self, contact: str) -> str | None:
        """The keyed index of a contact; None if it is too short to tell anybody apart."""
        plain = plain_contact(contact)
        if len(plain) < CONTACT_MIN:
            return None
        box = hmac.digest(self._index_key, plain.encode(), "sha256")
        return base64.urlsafe_b64encode(box[:16]).decode().rstrip("=")

    def _wrap(self, subject: str, key: bytes) -> bytes:
        nonce = self._entropy(NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, key, subject.encode())

    def _cipher(self, subject: str) -> AESGCM | None:
        self._forget_erased()
        cipher = self._ciphers.get(subject)
        if cipher is not None:
            return cipher
        with self._lock:
            wrapped = self._store.wrapped_key(subject)
            if wrapped is None:
                return None
            key = self._unwrapped(subject, wrapped)
            if key is None:
                raise SealBroken("the master key is not the one the keys were made with")
            return self._remember(subject, AESGCM(key))

    def _fetch(self, subjects: Sequence[str]) -> None:
        """Keys that will be needed soon, in one look instead of one each."""
        for subject, wrapped in self._store.wrapped_keys(subjects).items():
            key = self._unwrapped(subject, wrapped)
            if key is not None:  # a wrong one is told about when it is used
                self._remember(subject, AESGCM(key))

    def _forget_erased(self) -> None:
        """Another process may erase a resident: let go of all keys then, within ERASED_SEEN_S."""
        now_s = time.monotonic()
        if now_s - self._looked_at_s < ERASED_SEEN_S:
            return
        with self._lock:
            self._looked_at_s = now_s
            erasures = self._store.erasures()
            if erasures != self._erasures:
                self._erasures = erasures
                self._ciphers.clear()

    def _unwrapped(self, subject: str, wrapped: bytes) -> bytes | None:
        try:
            return self._wrapping.decrypt(
                wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], subject.encode()
            )
        except (InvalidTag, ValueError):  # ValueError: too short to be one
            return None

    def _remember(self, subject: str, cipher: AESGCM) -> AESGCM:
        while len(self._ciphers) >= CACHE_MAX:
            self._ciphers.popitem(last=False)
        self._ciphers[subject] = cipher
        return cipher


def plain_contact(contact: str) -> str:
    """Equal for one contact however it is written: width, case, spaces, +86 before a number."""
    if _MOBILE.fullmatch(contact):
        return contact
    plain = unicodedata.normalize("NFKC", contact).casefold().strip()
    if not _PHONE.fullmatch(plain):
        return "".join(plain.split())
    digits = "".join(c for c in plain if c.isdigit()).removeprefix("00")
    if len(digits) < PHONE_ABROAD_MIN or not digits.startswith("86"):
        return "".join(c for c in plain if c.isdigit())
    national = digits[2:]
    mobile = len(national) == MOBILE_DIGITS and national.startswith("1")
    return national if mobile or national.startswith("0") else f"0{national}"


def _derive(master_key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"yousu/" + purpose).derive(
        master_key
    )
