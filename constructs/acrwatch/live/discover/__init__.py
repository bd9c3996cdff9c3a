"""Which registries are there, who watches them, and the settings file that would."""

from acrwatch.live.discover.discover import discover
from acrwatch.live.discover.found import Cluster, Discovery, Registry, Setting, Watched
from acrwatch.live.discover.settings_file import settings_text, write_settings

__all__ = ["Cluster", "Discovery", "Registry", "Setting", "Watched", "discover", "settings_text", "write_settings"]
