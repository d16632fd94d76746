"""What a look means and depends on: for equality, hashes and kernel keys."""
