"""The network as open data: files that other programs read, under national schemas where there is one."""
