"""The limits of Logic Apps on the Consumption plan that a definition or a run can pass.

The numbers are those of Microsoft's pages "Limits and configuration reference for Azure Logic Apps" and "Workflow
Definition Language schema reference". Where the two differ it is the lower one.
"""

ACTIONS = 250
TRIGGERS = 10
PARAMETERS = 50
OUTPUTS = 10
NAME = 80
DESCRIPTION = 256
NESTING = 8

EXPRESSION = 8_192
"""Characters of one expression, counted on the whole text that holds it: the reading that is safe."""

URI = 2_048
TEXT = 131_072
"""Characters of a text that a function returns; a newer page says 104,857,600."""

MESSAGE = 100 * 1024 * 1024
"""Bytes of one message."""

ITEMS = 100_000
"""Items that a Foreach takes."""

REPETITIONS = (1, 50)
"""How many items of a Foreach may run at a time."""

RETRIES = (1, 90)
RETRY_INTERVAL = ("PT5S", "P1D")

DEPTH = 64
"""How deep values and expressions may nest here. Logic Apps names no limit; nothing we send comes near it."""
