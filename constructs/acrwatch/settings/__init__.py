"""The settings file: its model, reading it, and its JSON Schema for editors."""
