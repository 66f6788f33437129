//! Implementation choices of `docs/conformance.md`.

/// Implementation choices where the standard is open.
pub(super) const CHOICES: [(&str, &str); 13] = [
    (
        "Live sessions after a deletion, a deassignment or a revocation",
        "Immediate effect: each check intersects the active roles with the currently authorized ones. Sessions of a deleted user end.",
    ),
    (
        "CheckAccess and inherited permissions",
        "An active role includes its inherited permissions; its juniors are not listed as active.",
    ),
    (
        "Dynamic separation of duty with hierarchies",
        "Evaluated over the active roles and the roles they inherit, so that a senior role cannot activate two conflicting juniors.",
    ),
    (
        "Stored edges of the hierarchy",
        "The requested edges, including those implied by others; the closure is computed.",
    ),
    (
        "Direct permissions of users",
        "An extension: a personal role that is always active, named `DIRECT` in explanations. Constraints over roles do not count it, constraints over permissions do.",
    ),
    (
        "Separation of duty over permissions",
        "An extension: a constraint names permissions in place of roles. They count by whatever path they are held: \
         roles, inheritance, patterns and direct grants. What `superadmin` holds by rule does not count. A direct grant counts \
         from its creation, so that DropActiveRole does not keep a role that conflicts with one that begins later.",
    ),
    (
        "Patterns of permissions",
        "An extension: a role may be granted `resource:*`, `*:action` or `*:*`, and the same with `.`. It holds each \
         registered permission that matches, also later ones; authority over a pattern is a pattern that covers it.",
    ),
    (
        "Active roles of a default session",
        "The assigned roles that do not require activation, oldest assignment first, as many as dynamic separation of \
         duty permits; computed by each decision. A new assignment is active immediately.",
    ),
    (
        "Active roles of a session with chosen roles",
        "Those of the chosen roles that the user is currently authorized for. A new assignment is never activated automatically.",
    ),
    (
        "Adding an existing pair, removing a missing one",
        "Success without change; a repeated assignment replaces start, end and reason.",
    ),
    (
        "Unknown names in CheckAccess",
        "Denied. The reason is `UNKNOWN_PERMISSION` for callers with `permission:read`, `NOT_GRANTED` for others.",
    ),
    (
        "A change that would violate dynamic separation of duty in a live session",
        "Rejected while a session with chosen roles would violate it; default sessions are recomputed.",
    ),
    ("Policy-enhanced RBAC (2012)", "A companion standard; out of scope."),
];
