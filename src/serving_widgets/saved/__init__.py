"""Notebooks as files: run and frozen so that they are read without a kernel, and cleaned of what no reader needs.

Nothing here runs in a kernel, and nothing talks to a workspace: what is known of a notebook is what its file says.
"""
