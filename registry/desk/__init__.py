"""The officers' desk: what a person asks for becomes a change of a channel's bundle, which two persons sign and units then hold."""
