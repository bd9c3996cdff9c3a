"""What tests of stacks with acrwatch in them can use, ours and those of users; nothing here imports a core."""
