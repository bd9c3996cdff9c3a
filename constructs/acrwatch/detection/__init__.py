"""What a detection is, how it is tuned, and the alert rule it becomes."""
