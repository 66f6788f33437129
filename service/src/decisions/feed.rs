//! Following the change feed, so that this replica drops exactly what others changed.
