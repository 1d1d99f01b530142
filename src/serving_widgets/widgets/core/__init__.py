"""What all widgets share: base class, channel to the page, bundles, snapshots, observers."""
