"""What runs in the sandbox, beside student code. Nothing here is secret, and nothing here decides about points."""
