"""What only an instructor has: the reference, known mistakes, odd but right variants, and the cases to try them on."""
