"""What a browser asks for: each view reads the input, calls one function and answers."""
