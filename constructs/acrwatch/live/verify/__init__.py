"""Is what was deployed alive, and is it what was deployed?"""

from acrwatch.live.verify.item import Difference, Item, Kind, State
from acrwatch.live.verify.verification import Verification
from acrwatch.live.verify.verify import WITHIN, verify

__all__ = ["WITHIN", "Difference", "Item", "Kind", "State", "Verification", "verify"]
