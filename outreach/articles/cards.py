"""What events and articles look like inside other texts, and the resolver that finds them."""
