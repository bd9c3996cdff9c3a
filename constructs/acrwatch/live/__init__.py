"""The side that talks to Azure: what was deployed, what could be, and what the logs say.

Nothing here imports a construct, so no node process is begun, and the Azure SDK is loaded when a connection is made
(extra `azure`). What a stack should look like is read by `synthesised`.
"""
