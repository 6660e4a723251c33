"""What shorter vectors keep."""
