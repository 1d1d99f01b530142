"""An endpoint as the service describes it: wire models, status, allowed actions, budget policy."""
