"""What would a deploy run into, and how is it mended before?"""

from acrwatch.live.preflight.answer import Answer, Holds, Need, Preflight
from acrwatch.live.preflight.names import created_by
from acrwatch.live.preflight.preflight import preflight

__all__ = ["Answer", "Holds", "Need", "Preflight", "created_by", "preflight"]
