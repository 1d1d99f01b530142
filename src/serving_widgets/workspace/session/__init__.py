"""One connection in this process: its session, write queue, guards and recipes."""
