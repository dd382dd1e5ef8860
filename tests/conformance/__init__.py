"""The W3C's SPARQL suites, asked of the served endpoint over HTTP. ``make conformance`` prints the counts."""
