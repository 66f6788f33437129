//! Reading facts: all of them at start, then exactly what changed.
