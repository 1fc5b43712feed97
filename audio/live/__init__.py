"""Live sources: a child that fetches and decodes, a jitter buffer, and a watch that says whether what comes can be heard."""
