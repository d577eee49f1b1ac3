"""Below the HTTP client: responses, endpoints, rate limits, the request log."""
