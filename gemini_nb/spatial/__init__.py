"""What an answer says about an image: text and numbers in, values out; nothing is shown here."""
