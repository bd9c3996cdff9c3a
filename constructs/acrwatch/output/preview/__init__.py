"""What a message looks like to people: a picture that `slack`, `teams`, `pagerduty` and `mail` make of a body.

`text` draws it for a terminal, `html` as a page.
"""
