"""The rehearsal: rules as Terraform would deploy them, played over a log of events on this machine."""
