//! Decisions about any user (CheckAccess), and their explanations.

mod cures;

pub use cures::{Cure, Denial};

use crate::batch::not_found;
use crate::decisions::{subject, subjects};
use crate::permissions::names::PERMISSION_READ;
use crate::{Actor, Caller, Context, Error, Requested, Result, Service, boxed, last_uses, sessions, users};
use chrono::{DateTime, Utc};
use engine::{Activation, Path, PathKind, Paths, PermissionName, Policy, Reason, Remedies, SessionId, Subject, UserId};
use std::sync::Arc;

/// Decision about one permission of a user.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The permission.
    pub permission: String,
    /// The user; `None` for an anonymous caller.
    pub user: Option<UserId>,
    /// True when the permission is held.
    pub allowed: bool,
    /// Reason of the decision.
    pub reason: DecisionReason,
    /// Revision of the policy that the decision is based on.
    pub policy_revision: u64,
}

/// Reason of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionReason {
    /// Reason of the engine.
    Engine(Reason),
    /// The caller is anonymous.
    NotSignedIn,
}

/// Decision and its explanation.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// Paths from the user to the permission, shortest first, up to the limit.
    pub paths: Paths,
    /// Explanation in one sentence.
    pub summary: String,
    /// For a denial, roles within the authority of the caller that would allow it.
    pub remedies: Remedies,
    /// The denial, to be cured; `None` when access is allowed.
    pub denial: Option<Denial>,
}

/// Question of [`check_access`] and [`explain_access`].
#[derive(Clone, Debug)]
pub struct Question {
    /// The user.
    pub user: UserId,
    /// The permission.
    pub permission: PermissionName,
    /// A live session of the user; `None` for a new session with the default roles.
    pub session: Option<Requested<SessionId>>,
    /// Most paths to return.
    pub limit: usize,
}

/// One question of [`check_access_batch`].
#[derive(Clone, Debug)]
pub struct Check {
    /// The user.
    pub user: Requested<UserId>,
    /// The permission.
    pub permission: PermissionName,
}

/// Most questions of [`check_access_batch`].
const MAX_CHECKS: usize = 100;

/// Decides whether a user holds a permission (CheckAccess). `UNKNOWN_PERMISSION` is reported as `NOT_GRANTED` to
/// callers without `permission:read`.
///
/// # Errors
/// `NOT_FOUND` for an unknown user; [`crate::Error::BadInput`] when the session is not a live session of the user.
#[boxed]
pub async fn check_access(service: &Service, ctx: &Context, question: &Question) -> Result<Decision> {
    let facts = DecisionFacts::read(service, question).await?;
    Ok(facts.check_for_use(service, ctx, &question.permission))
}

/// Decides for each question, in the same order, as [`check_access`] does without a session. All decisions are of one
/// revision of the policy and of one time.
///
/// # Errors
/// [`Error::BadInput`] for an unknown user, with its index, and for more than 100 questions.
#[boxed]
pub async fn check_access_batch(service: &Service, ctx: &Context, checks: &[Check]) -> Result<Vec<Decision>> {
    if checks.len() > MAX_CHECKS {
        return Err(Error::BadInput(format!("`checks` has at most {MAX_CHECKS} entries")));
    }
    let users: Vec<UserId> = checks.iter().filter_map(|check| check.user).collect();
    let subjects = subjects(service, &users).await?;
    let (policy, now) = (service.policy(), service.now());
    let decide = |(index, check): (usize, &Check)| {
        let subject = check.user.and_then(|user| subjects.get(&user));
        let unknown = || Error::BadInput(format!("`checks[{index}].userId` is not the id of a user"));
        let facts = DecisionFacts {
            policy: Arc::clone(&policy),
            subject: subject.ok_or_else(unknown)?.with_activation(Activation::Default),
            now,
        };
        Ok(facts.check_for_use(service, ctx, &check.permission))
    };
    checks.iter().enumerate().map(decide).collect()
}

/// Explains the decision of [`check_access`], with up to `limit` paths.
///
/// # Errors
/// As [`check_access`].
#[boxed]
pub async fn explain_access(service: &Service, ctx: &Context, question: &Question) -> Result<Explanation> {
    let facts = DecisionFacts::read(service, question).await?;
    let users = users::by_ids(service, &[question.user]).await?;
    let name = &users.get(&question.user).ok_or_else(|| not_found("user", &["userId"]))?.username;
    let engine::Explanation { decision, paths } =
        facts.policy.explain(&facts.subject, question.permission.as_str(), facts.now, question.limit);
    let reason = facts.visible_reason(ctx, decision.reason);
    let summary = match decision.allowed {
        true => format!("{name} is allowed `{}` {}", question.permission.as_str(), facts.basis(question, &paths)),
        false => format!("{name} is denied `{}`: {}", question.permission.as_str(), obstacle(reason)),
    };
    let remedies = facts.remedies(ctx, question.permission.as_str());
    let decision = facts.decision(&question.permission, decision.allowed, reason);
    let (permission, session) = (question.permission.clone(), question.session.flatten());
    let denial = (!decision.allowed).then_some(Denial { facts, permission, session });
    Ok(Explanation { decision, paths, summary, remedies, denial })
}

/// Facts of a decision.
#[derive(Clone, Debug)]
struct DecisionFacts {
    policy: Arc<Policy>,
    subject: Subject,
    now: DateTime<Utc>,
}

impl DecisionFacts {
    async fn read(service: &Service, question: &Question) -> Result<Self> {
        let subject = subject(service, question.user).await?.ok_or_else(|| not_found("user", &["userId"]))?;
        let activation = match question.session {
            Some(session) => activation(service, question.user, session).await?,
            None => Activation::Default,
        };
        Ok(Self { policy: service.policy(), subject: subject.with_activation(activation), now: service.now() })
    }

    /// The reason as reported to this actor.
    fn visible_reason(&self, ctx: &Context, reason: Reason) -> Reason {
        match &ctx.actor {
            Actor::Operator | Actor::System => reason,
            Actor::User(_) | Actor::Anonymous => visible_reason(reason, ctx.caller(), self.now),
        }
    }

    /// The decision, for another service that acts on it: an allowed access is a use of the permission.
    fn check_for_use(&self, service: &Service, ctx: &Context, permission: &PermissionName) -> Decision {
        let engine::Decision { allowed, reason } = self.policy.check(&self.subject, permission.as_str(), self.now);
        if allowed {
            last_uses::record_subject(service, &self.subject, &self.policy, permission.as_str(), self.now);
        }
        self.decision(permission, allowed, self.visible_reason(ctx, reason))
    }

    fn decision(&self, permission: &PermissionName, allowed: bool, reason: Reason) -> Decision {
        Decision {
            permission: permission.as_str().to_owned(),
            user: Some(self.subject.user),
            allowed,
            reason: DecisionReason::Engine(reason),
            policy_revision: self.policy.revision(),
        }
    }

    fn remedies(&self, ctx: &Context, permission: &str) -> Remedies {
        let authority = match &ctx.actor {
            Actor::User(caller) => self.policy.authority(&caller.subject, self.now),
            Actor::Operator | Actor::System => self.policy.operator(self.now),
            Actor::Anonymous => return Remedies::default(),
        };
        authority.remedies_for(&self.subject, permission)
    }

    /// Basis of an allowed decision: the first active path, also beyond the limit.
    fn basis(&self, question: &Question, paths: &Paths) -> String {
        let first_active = |paths: &Paths| paths.paths.iter().find(|path| path.is_active).cloned();
        let path = first_active(paths).or_else(|| {
            let more = self.policy.explain(&self.subject, question.permission.as_str(), self.now, MAX_PATHS).paths;
            first_active(&more)
        });
        path.map_or_else(|| "through a role".to_owned(), |path| self.describe(&path))
    }

    fn describe(&self, path: &Path) -> String {
        match &path.kind {
            PathKind::Direct => "by a direct grant".to_owned(),
            PathKind::Role(roles) => {
                let names = roles.iter().filter_map(|&role| self.policy.role(role)).map(|role| role.name.as_str());
                format!("through {}", names.collect::<Vec<_>>().join(" > "))
            }
        }
    }
}

/// The reason as reported to a caller: without `permission:read`, callers do not learn which permissions exist.
pub(crate) fn visible_reason(reason: Reason, caller: Option<&Caller>, now: DateTime<Utc>) -> Reason {
    let may_read = || caller.is_some_and(|caller| caller.holds(PERMISSION_READ, now));
    match reason {
        Reason::UnknownPermission if !may_read() => Reason::NotGranted,
        other => other,
    }
}

/// Most paths searched for an active one.
const MAX_PATHS: usize = 1_000;

fn obstacle(reason: Reason) -> &'static str {
    match reason {
        Reason::AccountNotActive => "the account is not active",
        Reason::UnknownPermission => "the permission is not registered",
        Reason::RoleNotActive => "a role that would grant it is not active in this session",
        Reason::GrantNotYetValid => "the assignment or grant is not yet valid",
        Reason::GrantExpired => "the assignment or grant has expired",
        Reason::GrantedDirectly | Reason::GrantedByRole | Reason::NotGranted => {
            "no role or grant of the user includes it"
        }
    }
}

/// Activation of a live session of `user`.
async fn activation(service: &Service, user: UserId, session: Requested<SessionId>) -> Result<Activation> {
    let unknown = || Error::BadInput("`sessionId` is not a live session of the user".to_owned());
    let found = sessions::find_live(service, session.ok_or_else(unknown)?).await?;
    Ok(found.filter(|found| found.session.user == user).ok_or_else(unknown)?.session.activation)
}
