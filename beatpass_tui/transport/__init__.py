"""Below the HTTP client: endpoints, responses, rate limits, the request log.

Belongs here: what is sent, and how a response becomes a model or an error. Never: httpx, which only
`api` imports.
"""
