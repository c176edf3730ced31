"""From the filter language of the API to conditions of SQL."""
