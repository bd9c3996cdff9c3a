"""Whom an alert tells: action groups and their receivers, one module each."""
