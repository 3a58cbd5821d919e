"""Outside services as local servers: real sockets, their own rules, and faults on request."""
