"""Makes the typed bindings of `acrwatch` from the schemas of Terraform providers.

Run by hand when a new version of a provider is taken up: `make bindings SCHEMAS=dir`, where the folder (or several,
with blanks between them) has one `<provider>-<version>.json` for each version to be served, as `terraform providers
schema -json` prints it.
"""
