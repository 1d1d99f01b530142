"""Before and after a change: what it hits, how two endpoints differ, what is idle, and how to take a change back."""
