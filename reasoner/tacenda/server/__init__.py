"""The desk as a server: pages, a SPARQL endpoint and scenarios to post, for whoever is on this machine."""
