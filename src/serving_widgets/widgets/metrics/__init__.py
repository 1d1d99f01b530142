"""The metrics tab."""
