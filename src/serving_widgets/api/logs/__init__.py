"""Log text: levels, tracebacks, known failures, and what a build installed."""
