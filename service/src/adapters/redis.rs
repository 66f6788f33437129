//! Redis: the shared denylist and the wake-up calls between replicas.
