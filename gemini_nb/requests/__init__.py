"""What a call of the SDK sends, as a curl command or as Python to paste."""
