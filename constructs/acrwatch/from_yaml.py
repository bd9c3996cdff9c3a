"""How frozen values are read from the settings file; pydantic reads this, and nothing here imports it."""


def yaml_name(name: str) -> str:
    """How a member is written in the settings file: `except_` as `except`."""
    return name.removesuffix("_")


FROM_YAML = {"extra": "forbid", "alias_generator": yaml_name, "strict": True}
