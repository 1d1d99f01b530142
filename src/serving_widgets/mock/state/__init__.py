"""The state of the embedded workspace: life cycle, quota, faults, permissions, journal."""
