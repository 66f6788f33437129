//! The security requirements.

use super::{Requirement, tested, untested};

pub(super) const PASSWORDS: &[Requirement] = &[
    tested("A1", "a minimum length (6.2.1; NIST 3.1.1.2)", "`password.min_length`: 15 by default, at least 8"),
    tested("A2", "long passwords (6.2.9)", "up to 1 KiB"),
    tested(
        "A3",
        "any composition (6.2.5)",
        "any Unicode text, normalized to NFC, spaces and emoji included; length in code points",
    ),
    tested("A4", "exact comparison (6.2.8)", "no truncation, no case folding"),
    tested(
        "A5",
        "common passwords and context-specific words (6.2.4, 6.2.11)",
        "rejected: a list of common passwords; the username, the email address and the service name, also with padding",
    ),
    tested("A6", "breached passwords (6.2.12)", "`password.blocklist`: a file of the operator; none by default"),
    tested("A7", "a password change requires the current password (6.2.2, 6.2.3)", "`passwordChange`"),
    tested("A8", "no password expiration (6.2.10)", "there is no such setting"),
    tested("A9", "password hash (11.4.2)", "Argon2id, 19 MiB, 2 passes by default"),
    tested("A10", "upgrade of hashes with weaker parameters", "at the next login"),
    tested(
        "A11",
        "a pepper, stored separately and replaceable",
        "`password.pepper` and `password.pepper_previous`, from settings or files, never in the database",
    ),
    tested(
        "A12",
        "rate limit for password guessing, regardless of headers (6.1.1, 6.3.1)",
        "`limits.*`, counted before hashing, per account by all its names; `X-Forwarded-For` is accepted from `trusted_proxies` only",
    ),
    tested(
        "A13",
        "no account lockout by other people (6.1.1)",
        "live sessions continue, reauthentication attempts have a separate count, and no flood of attempts refuses other clients",
    ),
    tested(
        "A14",
        "aliases and batches do not multiply attempts",
        "each execution of a field counts; batches are rejected",
    ),
    tested(
        "A15",
        "no account enumeration by login responses (6.3.8)",
        "unknown, deleted and suspended accounts get the response of a wrong password",
    ),
    untested(
        "A16",
        "no account enumeration by timing (6.3.8)",
        "a hash is verified in every case, of the costs that stored hashes have",
        "unit tests `a16_…` of `service` count the work, and `scripts/timing` measures the time",
    ),
    tested(
        "A17",
        "account enumeration by signup (6.3.8)",
        "a name in use is reported, since users choose names; `signup_enabled` disables signup, `limits.signup_per_address` limits enumeration",
    ),
    tested("A18", "size limit before hashing (15.2.2)", "passwords over 1 KiB are rejected unhashed"),
    tested(
        "A19",
        "no default accounts or secrets (6.3.2, 13.2.3)",
        "the operator creates the first administrator; a database server or Redis requires a configured secret",
    ),
    tested(
        "A20",
        "one account per email address (2.2.1)",
        "usernames and email addresses share one case-insensitive namespace",
    ),
    tested(
        "A21",
        "password reset tokens (6.4.1, 6.4.3)",
        "`userIssuePasswordReset`, `passwordReset`: single use within 24 hours; a reset ends all sessions",
    ),
    tested("A22", "administrators do not set passwords (6.4.6)", "no mutation sets the password of another user"),
    tested("A23", "reauthentication before identifiers change (7.5.1)", "`@recentLogin`"),
];

pub(super) const SESSIONS: &[Requirement] = &[
    tested(
        "B1",
        "cookie attributes (3.3.1 to 3.3.4)",
        "`__Host-`, `Secure`, `HttpOnly`, `SameSite=Lax`, `Path=/`; `cookie.*`",
    ),
    tested("B2", "cookie size (3.3.5)", "below 4 KiB for any number of roles"),
    tested("B3", "logout clears cookies (7.4.1)", "the same names and attributes, `Max-Age=0`"),
    tested("B4", "tokens in `Set-Cookie` only (3.3.4)", "with cookie delivery the body has no token"),
    tested("B5", "a new token at each login (7.2.4)", "existing cookies are never adopted"),
    tested("B6", "entropy of session tokens (7.2.3)", "refresh tokens hold 256 bits of the system's random generator"),
    tested(
        "B7",
        "logout ends a session immediately (7.4.1)",
        "committed before the response; other replicas within 500 ms",
    ),
    tested("B8", "logout of this session, or of all", "`logout(everywhere:)`"),
    tested("B9", "suspension and deletion end sessions (7.4.2)", "immediately"),
    tested("B10", "a password change ends other sessions (7.4.3)", "always"),
    tested("B11", "administrators revoke sessions (7.4.5)", "`userRevokeSessions`, `sessionRevoke`"),
    tested(
        "B12",
        "users list and revoke their sessions (7.5.2)",
        "`me { sessions }`, `sessionRevoke`, `sessionRevokeOthers`",
    ),
    tested(
        "B13",
        "idle timeout and absolute lifetime (7.3.1, 7.3.2)",
        "`session.idle` 30 minutes, `session.absolute` 30 days",
    ),
    tested("B14", "limit of concurrent sessions (7.1.2)", "`session.max_per_user`; the least recently used one ends"),
    tested("B15", "no tokens in URLs (14.2.1)", "query parameters are never credentials"),
    tested("B16", "responses are not cached (14.3.2)", "`Cache-Control: no-store`"),
    tested("B17", "duplicate cookies (15.3.7)", "rejected when ambiguous"),
];

pub(super) const BROWSERS: &[Requirement] = &[
    tested(
        "C1",
        "CSRF protection (3.5.1, 3.5.2)",
        "an allowed `Origin` or `Sec-Fetch-Site`, and a valid `X-CSRF-Token` header",
    ),
    tested("C2", "no request without a preflight (3.5.2)", "`application/json` only"),
    tested("C3", "no mutation by GET (3.5.3)", "405"),
    tested("C4", "no login CSRF", "cookies are set for allowed origins only"),
    tested("C5", "CORS allowlist (3.4.2)", "`cors.origins`; origins are never reflected"),
    tested(
        "C6",
        "security headers (3.4.1, 3.4.4 to 3.4.6)",
        "HSTS, `nosniff`, no referrer, no framing, a strict content security policy",
    ),
    tested("C7", "no reliance on `SameSite`", "C1 holds when the cookie is sent"),
    tested("C8", "WebSocket origin (4.4.1 to 4.4.4)", "there are no WebSockets"),
];

pub(super) const TOKENS: &[Requirement] = &[
    tested("D1", "signature verification first (9.1.1)", "no claim is used before"),
    tested("D2", "one algorithm per key (9.1.2; RFC 8725)", "determined by the key, never by the token"),
    tested("D3", "keys of the service only (9.1.3)", "`jku`, `x5u`, `jwk` and similar headers are ignored"),
    tested("D4", "validity period (9.2.1)", "in whole seconds, with at most 30 seconds of leeway"),
    tested("D5", "issuer and audience (9.2.3)", "exact match with `token.issuer`, `token.audience`"),
    tested("D6", "token type (9.2.2; RFC 9068)", "`typ: at+jwt`; refresh tokens have another format"),
    tested("D7", "existing subject (10.3.3)", "and owner of the session"),
    tested("D8", "required claims", "`iss aud sub sid jti iat nbf exp roles pv`"),
    tested("D9", "short lifetime, no personal data", "`token.access_lifetime`: 10 minutes; ids and role names only"),
    tested("D10", "malformed and oversized tokens (RFC 8725, 3.7)", "rejected before any verification"),
    tested("D11", "one credential per request (RFC 9110, 11)", "one `Authorization` header, any case of `Bearer`"),
    tested(
        "D12",
        "refresh token rotation (10.4.5; RFC 9700)",
        "reuse after the grace period ends the session and its family",
    ),
    tested(
        "D13",
        "concurrent refreshes",
        "one conditional update; the others get the same new token and clear no cookie",
    ),
    tested("D14", "independent token families", "one per session"),
    tested(
        "D15",
        "no refresh after the end of a session (CVE-2023-22492)",
        "logout, password change, suspension, deletion",
    ),
    tested("D16", "current roles (8.3.2)", "read at each refresh"),
    tested("D17", "absolute lifetime (10.4.8)", "not extended by a refresh"),
    tested("D18", "repeated revocation and invalid tokens (RFC 7009, 2.2)", "logout has the same response"),
    tested("D19", "tokens are stored as hashes", "refresh and reset tokens by SHA-256"),
    tested("D20", "published keys (11.1.1)", "public keys with RFC 7638 ids; rotation rejects no valid token"),
    tested("D21", "revocation by session", "not by the encoding of a token; a forged token revokes nothing"),
    tested("D22", "expiration of denylist entries", "with the last token of the session"),
];

pub(super) const SERVICE: &[Requirement] = &[
    tested(
        "F1",
        "GraphQL over HTTP",
        "media types and statuses of the specification; the 61 audits of `graphql-http` pass",
    ),
    tested("F2", "content type (4.1.1)", "with charset"),
    tested("F3", "unused methods (4.1.4, 13.4.4)", "405 with `Allow`"),
    tested("F4", "request framing (4.2.1)", "one length or one encoding, `chunked` only; one valid `Host`"),
    tested("F5", "limits of headers, targets and compression", "32 KiB of headers; compressed bodies are rejected"),
    tested("F6", "depth and cost limits (4.3.1)", "checked before execution: see [operations.md](operations.md)"),
    tested("F7", "page size limit", "`max_page_size`"),
    tested("F8", "slow and many clients", "timeouts, limits of connections, HTTP/1.1 only"),
    tested(
        "F9",
        "availability during password hashing (15.4.4)",
        "separate threads and a bounded queue; measured by `scripts/flood`",
    ),
    tested("F10", "injection (1.2.4, 1.2.9)", "SQL parameters only; `LIKE` patterns are escaped"),
    tested("F11", "type validation (15.3.5)", "before execution"),
    tested("F12", "text is stored unchanged", "code point by code point"),
    tested(
        "F13",
        "no internal details in errors (16.5.1)",
        "stable codes, see [errors.md](errors.md); details are logged",
    ),
    tested("F14", "a panic ends one request only (16.5.4)", "500; the service continues"),
    tested(
        "F15",
        "no unintended content (13.4)",
        "no listings, no debug pages; the playground is disabled in production",
    ),
    tested(
        "F16",
        "audit log (16.2.1, 16.3.1 to 16.3.3)",
        "actor, action, target, time; no flood of attempts hides others",
    ),
    tested("F17", "no secrets in logs (16.2.5)", "neither in the audit log nor in any other"),
    tested("F18", "log injection (16.4.1)", "control characters are escaped"),
    untested("F19", "TLS 1.2 at least (12.1.1)", "a proxy terminates TLS", "TLS is the proxy's responsibility"),
    tested(
        "F20",
        "secrets from files or environment variables (13.3.1, 13.3.4)",
        "replaceable, without default on servers",
    ),
    tested("F21", "timeouts of dependencies (13.2.6, 16.5.2)", "see [operations.md](operations.md)"),
    tested("F22", "fail closed (16.5.3)", "`SERVICE_UNAVAILABLE`"),
    untested(
        "F23",
        "known vulnerabilities (15.2.1)",
        "`cargo deny check` in `scripts/test`",
        "advisories need the network; sources, licenses and bans are checked in each run",
    ),
];
