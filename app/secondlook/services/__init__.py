"""What a person asks for, in the order it happens. The window and the command line share these."""
