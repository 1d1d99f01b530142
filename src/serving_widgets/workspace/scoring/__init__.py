"""Tables scored in batches."""
