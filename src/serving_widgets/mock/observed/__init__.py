"""What an endpoint reports of its traffic: counters and the exported metrics."""
