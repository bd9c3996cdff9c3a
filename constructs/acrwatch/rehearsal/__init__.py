"""Plays Azure Monitor over a log of events: which alerts the rules of a stack would have fired, when, and for whom.

It is a model of Azure Monitor and not Azure Monitor itself (docs/rehearse.md says what nobody outside Microsoft knows).
Nothing here imports a construct, so no node process is started.
"""
