"""What each target of a message refuses in a body, one module each; every `problems` gives all with their places."""
