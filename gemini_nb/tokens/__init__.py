"""What calls cost in tokens: counts read from answers, badges that show them, meters."""
