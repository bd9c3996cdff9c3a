"""What a text message and a call have in common: a phone number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from acrwatch.errors import Problem, shown
from acrwatch.notifications.receiver import DirectReceiver
from acrwatch.record import dataclass
from acrwatch.references import is_reference


@dataclass(frozen=True, kw_only=True)
class PhoneReceiver(DirectReceiver):
    """Somebody who has a phone.

    Args:
        country_code: digits without +, such as `49`.
        phone_number: digits without the country code.
    """

    country_code: str
    phone_number: str

    def field_problems(self) -> Iterator[Problem]:
        """Digits only: Azure takes neither a plus sign nor separators."""
        code, number = self.country_code, self.phone_number
        if not is_reference(code) and re.fullmatch(r"[1-9][0-9]{0,2}", code) is None:
            said = f"{shown(code)} is not a country code: 1 to 3 digits without + or leading zeros, such as 49"
            yield Problem(path=("country_code",), message=said)
        if not is_reference(number) and re.fullmatch(r"[0-9]{4,14}", number) is None:
            said = f"{shown(number)} is not a phone number: 4 to 14 digits without spaces or the country code"
            yield Problem(path=("phone_number",), message=said)
