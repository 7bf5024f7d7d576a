"""Where is the cluster, and how is it asked? One connection, one rule by which requests are made again."""
