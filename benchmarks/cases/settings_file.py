"""The deployable app with a settings file: `main.py` itself."""

import runpy
from pathlib import Path

project = Path(__file__).resolve().parents[2]
runpy.run_path(str(project / "main.py"), run_name="__main__")
