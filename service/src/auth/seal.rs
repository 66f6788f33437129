//! Sealing secrets at rest (AES-256-GCM under keys derived with HKDF, RFC 5869).
