"""What the service says, without any I/O: wire models, status, allowed actions, errors.

Nothing is imported here: ``api.errors`` needs only the standard library, and raising an error should not cost pydantic.
"""
