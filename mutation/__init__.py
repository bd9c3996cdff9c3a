"""Shows that the cases of the detections bite: small changes of each query must make a case fail."""
