"""Puts a stack into the stand-in as if Terraform had applied it: JSON in Azure's names, casing and defaults.

What azurerm sends was measured (azurerm 4.81 and 5.2); what Azure adds and how it spells ids follows its API
references. This is written apart from what `acrwatch.live` compares, so that the two can disagree.
"""
