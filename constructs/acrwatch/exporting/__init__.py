"""Writes a watch as a plain Terraform module, for those who have no CDK at the other end.

`variables` turns ids and secrets into variables, `content` makes the module of the rest, `caller` and `readme` show
how it is used, and `folder` brings all of it to disk.
"""
