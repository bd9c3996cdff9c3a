"""Kusto Query Language as text: literals, patterns, and what of a query is code."""
