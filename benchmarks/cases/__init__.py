"""The programs that are measured; each is one process, started with `ACRWATCH_CORE`."""
