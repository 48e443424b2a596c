"""Language editions: jobs, the words side by side, the second reader, what languages a cluster needs."""
