"""What executes a goroutine's local instructions, its memory and its collector; output and endings as text."""
