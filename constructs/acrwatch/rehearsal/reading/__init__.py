"""Files of logs, in the shapes in which people have them, as rows of Log Analytics tables.

`loading` runs it, and `log` is what comes out. Each shape is a `Source`: a query of DuckDB, so that no row passes
through Python.
"""
