"""What runs now, as each viewer may see it: the board's changes, told one by one."""
