"""What people write of each exercise, one file each: its contract, the cases, known mistakes, odd but right variants."""
