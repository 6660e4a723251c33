"""What is sent for a set of items, and how: contents, batches, tries, and what is kept."""
