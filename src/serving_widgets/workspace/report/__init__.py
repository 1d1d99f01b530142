"""Reports on endpoints: what is read for one, what is remarked on, and what has changed since an earlier one."""
