"""What each kind of page shows: plain values made from triples, ready for the templates."""
