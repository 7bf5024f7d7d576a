"""How does an agent search? By the Model Context Protocol."""
