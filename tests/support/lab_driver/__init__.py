"""Drives a real JupyterLab or Notebook 7 with a real kernel in headless Chromium; only loopback is ever reached.

One server and one page serve the whole session, since loading JupyterLab takes longer than most tests. Every test gets
a notebook path and a kernel of its own: a server keeps the kernel of a path, and the next test would meet old code.
"""
