"""The parts of the HTML report of a rehearsal, its style and its script.

`rehearsal_html` puts them together into the one page.
"""
