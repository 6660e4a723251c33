"""What a model answered, read from chunks, responses and interactions into values. No display."""
