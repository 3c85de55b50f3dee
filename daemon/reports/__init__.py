"""Reports on calls: what is counted, by what, and as which file."""
