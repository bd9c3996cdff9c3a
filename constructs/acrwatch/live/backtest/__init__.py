"""What the rules of a stack would have done on the history of a workspace, and how to tune them by it.

`asking` has the questions, `fetching` brings the answers into a log, `playing` rehearses on it, `limits` searches for
limits, `machines` tells who looks like one, `suggesting` makes settings of both. `run` puts them together.
"""
