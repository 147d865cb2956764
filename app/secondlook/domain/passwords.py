"""What a password may not be, how long wrong ones make one wait, and one-time codes.

After NIST SP 800-63B: length, no rules of composition, no password that everybody tries first.
"""

import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

MINIMUM = 10
"""Characters."""

OWN = 5
"""Characters of it, at least, that are more than the names of the account."""

TRIED_FIRST = """
0123456789 0987654321 1029384756 1122334455 123123123123 1234512345 123456123456 1234567890
12345678910 123456789a 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 9876543210 a123456789 aa123456789
abc123456789 abcd123456 abcdefghij abcdefghijk access123456 admin12345 admin123456 adminadmin
administrator administrator1 asdfasdfasdf asdfghjkl1 asdfghjkl; baseball123 basketball
changeit123 changeme123 charlie123 chelsea123 chocolate1 christopher computer123
correcthorsebatterystaple dragon12345 everything facerecognition football10 football12
football123 forensics1 hello12345 helloworld iloveyou11 iloveyou12 iloveyou123 jessica123
letmein123 letmeinnow letmeinplease liverpool1 liverpool123 manchester michael123 michelle123
minecraft1 minecraft123 mypassword mypassword1 pass123456 passpass123 passw0rd12 passw0rd123
password00 password01 password1! password10 password11 password12 password123 password123!
password1234 password12345 password123456 password99 passwordpassword princess12 princess123
q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedc123 qazwsxedcrfv querty1234 qwer123456 qwert12345 qwerty1234
qwerty12345 qwerty123456 qwertyqwerty qwertyuiop qwertyuiop1 samsung123 secondlook secondlook1
secondlook123 secret1234 secretsecret security123 spiderman1 starwars123 sunshine12 sunshine123
superman123 superstar1 test123456 test1234567 testtest123 trustno123 unbelievable victoria123
welcome123 welcome1234 welcome12345 whatever12 whatever123 zaq12wsxcde3 zxcvbnm123 zxcvbnm1234
zxcvbnmasd
"""
"""Those of the usual lists of leaked ones that are long enough, and the obvious ones here. Written
without blanks and in small letters, as they are compared."""

COMMON = frozenset(TRIED_FIRST.split())


class PasswordFault(StrEnum):
    SHORT = "short"
    NAME = "name"
    COMMON = "common"


def fault(password: str, *names: str) -> PasswordFault | None:
    """Why this cannot be the password of an account with these names."""
    if len(password) < MINIMUM:
        return PasswordFault.SHORT
    plain = _plain(password)
    if plain in COMMON or len(set(plain)) <= 2:
        return PasswordFault.COMMON
    own = plain
    for name in sorted((_plain(n) for n in names), key=len, reverse=True):
        own = own.replace(name, "") if name else own
    return PasswordFault.NAME if own != plain and len(own) < OWN else None


def _plain(text: str) -> str:
    """However it is written: "Anna Okafor", "anna.okafor" and "ANNA-OKAFOR" are one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if not c.isspace() and c not in "._-,'")


# Waiting

FREE = 3
"""Wrong passwords that cost nothing: fingers slip."""

SHORTEST, LONGEST = timedelta(seconds=5), timedelta(minutes=15)

ENOUGH = FREE + 9
"""So many failures make one wait the longest."""


def wait(refused: Sequence[str], now: datetime) -> timedelta:
    """How long until the next try, after those refused at these times (ISO 8601, newest first).

    5 s after the third, then twice as long each time, up to a quarter of an hour. A clock that was
    set back makes nobody wait longer than that.
    """
    if len(refused) < FREE:
        return timedelta(0)
    delay = min(SHORTEST * (1 << (len(refused) - FREE)), LONGEST)
    since = now - datetime.fromisoformat(refused[0])
    return min(max(delay - since, timedelta(0)), delay)


# One-time codes

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is mistaken for something else when it is read out: 0 and O, 1, I and L, U and V."""

READ_AS = str.maketrans({"U": "V"})


def new_code(groups: int = 3) -> str:
    """Groups of four characters, drawn by the system: about 59 bits in three groups."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(groups))


def as_typed(code: str) -> str:
    """A code as it is compared: whatever the case, with or without the dashes."""
    return "".join(c for c in code.upper().translate(READ_AS) if c.isalnum())
