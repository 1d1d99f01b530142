"""Tables that lie elsewhere or are not computed yet: scored by the workers of their engine, part by part."""
