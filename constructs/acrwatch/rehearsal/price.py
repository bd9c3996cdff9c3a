"""What a rule itself costs a month.

Source: the published price list as infracost's golden files have it (USD); Azure's own page was not at hand. What
short-lived combinations of dimensions add cannot be computed from what is public.
"""

from __future__ import annotations

from datetime import timedelta

_PRICES = ((timedelta(minutes=1), 3.0), (timedelta(minutes=5), 1.5), (timedelta(minutes=10), 1.0))
_OTHERWISE = 0.5


def monthly_price(frequency: timedelta) -> float:
    """USD a month for one rule, without what its combinations of dimensions add.

    Args:
        frequency: time between evaluations.
    """
    return next((price for upper, price in _PRICES if frequency <= upper), _OTHERWISE)
