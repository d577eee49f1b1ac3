"""What screens are made of; widgets know models and plain values, never the client."""
