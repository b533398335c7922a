"""What the product gives away: the open data of the network, and the answers it can give to the national census."""
