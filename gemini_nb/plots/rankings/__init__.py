"""What is nearest to a query, before and after it was ranked anew."""
