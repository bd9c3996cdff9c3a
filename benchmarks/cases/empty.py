"""A host's stack with nothing but its provider: what it costs before a watch is in it."""

import os
import sys
from importlib import import_module

from benchmarks.cases.host import add_provider

core = import_module(os.environ["ACRWATCH_CORE"])
app = core.App(outdir=sys.argv[1])
add_provider(core, core.TerraformStack(app, "acrwatch"))
app.synth()
