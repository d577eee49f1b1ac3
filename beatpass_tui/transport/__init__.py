"""The parts of the HTTP client without HTTP: endpoints, responses, rate limits, request log.

Belongs here: building requests, and converting responses to models and errors. Never: httpx, which
only `api` imports.
"""
