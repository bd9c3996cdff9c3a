"""What synthesis costs, measured against baselines in the same run."""
