"""One endpoint: the panel with its tabs, the controls and the status badge."""
