"""One file a command of ``%serving``, each with a ``COMMAND``; see ``magic/registry.py``."""
