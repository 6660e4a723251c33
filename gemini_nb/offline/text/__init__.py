"""Text recombined from a corpus, or quoted from the prompt; everything else refused."""
