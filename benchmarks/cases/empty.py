"""An empty stack: what a core costs before anything is in it."""

import os
import sys
from importlib import import_module

core = import_module(os.environ["ACRWATCH_CORE"])
app = core.App(outdir=sys.argv[1])
core.TerraformStack(app, "acrwatch")
app.synth()
