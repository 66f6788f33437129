//! Readable names of devices, from what they call themselves.
