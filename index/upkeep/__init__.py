"""How does an index live on? Updates, merging, deep checks, repair, snapshots."""
