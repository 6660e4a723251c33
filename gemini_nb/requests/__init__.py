"""A call of the SDK as code to paste: a curl command, a program in Python or in JavaScript."""
