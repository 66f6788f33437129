//! Decisions about others, and why.

use super::subject;
use crate::batch::not_found;
use crate::context::Actor;
use crate::{Context, Error, Result, Service, boxed, sessions, users};
use chrono::{DateTime, Utc};
use engine::{Activation, Path, PathKind, Paths, PermissionName, Policy, Reason, Remedies, SessionId, Subject, UserId};
use std::sync::Arc;

/// Names of permissions that nobody holds are shown to holders of this permission only.
const SEES_PERMISSIONS: &str = "permission:read";

/// An answer to "may they?".
#[derive(Clone, Debug)]
pub struct Decision {
    /// What was asked.
    pub permission: String,
    /// About whom; `None` when anonymous.
    pub user: Option<UserId>,
    /// The answer.
    pub allowed: bool,
    /// Why.
    pub reason: DecisionReason,
    /// Revision of the policy it was decided by.
    pub policy_revision: u64,
}

/// Why access was allowed or denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionReason {
    /// As the engine says.
    Engine(Reason),
    /// No one is signed in.
    NotSignedIn,
}

/// A decision with all its grounds.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The answer.
    pub decision: Decision,
    /// Paths, shortest first, at most as many as were asked for.
    pub paths: Paths,
    /// The grounds in one sentence.
    pub summary: String,
    /// When denied, what would help that the caller may do.
    pub remedies: Remedies,
}

/// What is asked of [`check_access`] and [`explain_access`].
#[derive(Clone, Debug)]
pub struct Question {
    /// About whom.
    pub user: UserId,
    /// What.
    pub permission: PermissionName,
    /// For which session; a fresh default one when absent.
    pub session: Option<SessionId>,
    /// Most paths wanted.
    pub limit: usize,
}

/// May that user do this? `UNKNOWN_PERMISSION` is shown as `NOT_GRANTED` to callers without `permission:read`.
///
/// # Errors
/// `NOT_FOUND` when there is no such user; [`crate::Error::BadInput`] when the session is not a live one of theirs.
#[boxed]
pub async fn check_access(service: &Service, ctx: &Context, question: &Question) -> Result<Decision> {
    let case = Case::prepare(service, question).await?;
    let engine::Decision { allowed, reason } = case.policy.check(&case.subject, question.permission.as_str(), case.now);
    Ok(case.decision(question, allowed, case.shown(ctx, reason)))
}

/// Why that user may or may not do this, path by path (at most `limit`); otherwise as [`check_access`].
///
/// # Errors
/// As [`check_access`].
#[boxed]
pub async fn explain_access(service: &Service, ctx: &Context, question: &Question) -> Result<Explanation> {
    let case = Case::prepare(service, question).await?;
    let users = users::by_ids(service, &[question.user]).await?;
    let name = &users.get(&question.user).ok_or_else(|| not_found("user", &["userId"]))?.username;
    let engine::Explanation { decision, paths } =
        case.policy.explain(&case.subject, question.permission.as_str(), case.now, question.limit);
    let reason = case.shown(ctx, decision.reason);
    let summary = match decision.allowed {
        true => format!("{name} may do `{}` {}", question.permission.as_str(), case.means(question, &paths)),
        false => format!("{name} may not do `{}`: {}", question.permission.as_str(), obstacle(reason)),
    };
    let remedies = case.remedies(ctx, question.permission.as_str());
    Ok(Explanation { decision: case.decision(question, decision.allowed, reason), paths, summary, remedies })
}

/// Everything that a question is answered from.
struct Case {
    policy: Arc<Policy>,
    subject: Subject,
    now: DateTime<Utc>,
}

impl Case {
    async fn prepare(service: &Service, question: &Question) -> Result<Self> {
        let subject = subject(service, question.user).await?.ok_or_else(|| not_found("user", &["userId"]))?;
        let activation = match question.session {
            Some(session) => activation(service, question.user, session).await?,
            None => Activation::Default,
        };
        Ok(Self { policy: service.policy(), subject: subject.in_session(activation), now: service.now() })
    }

    /// The reason as this caller may see it.
    fn shown(&self, ctx: &Context, reason: Reason) -> Reason {
        let sees_permissions = match &ctx.actor {
            Actor::User(caller) => caller.holds(SEES_PERMISSIONS, self.now),
            Actor::Anonymous => false,
            Actor::Operator | Actor::System => true,
        };
        match reason {
            Reason::UnknownPermission if !sees_permissions => Reason::NotGranted,
            other => other,
        }
    }

    fn decision(&self, question: &Question, allowed: bool, reason: Reason) -> Decision {
        Decision {
            permission: question.permission.as_str().to_owned(),
            user: Some(question.user),
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
        authority.would_be_granted_by(&self.subject, permission)
    }

    /// By what the permission is held: the first path that counts, also where that one, or any, was
    /// not asked for.
    fn means(&self, question: &Question, paths: &Paths) -> String {
        let counts = |paths: &Paths| paths.paths.iter().find(|path| path.is_active).cloned();
        let path = counts(paths).or_else(|| {
            let more = self.policy.explain(&self.subject, question.permission.as_str(), self.now, MOST_PATHS).paths;
            counts(&more)
        });
        path.map_or_else(|| "through a role".to_owned(), |path| self.words(&path))
    }

    fn words(&self, path: &Path) -> String {
        match &path.kind {
            PathKind::Direct => "by a direct grant".to_owned(),
            PathKind::Role(roles) => {
                let names = roles.iter().filter_map(|&role| self.policy.role(role)).map(|role| role.name.as_str());
                format!("through {}", names.collect::<Vec<_>>().join(" > "))
            }
        }
    }
}

/// Paths looked through for one that counts; far more than anybody has.
const MOST_PATHS: usize = 1_000;

fn obstacle(reason: Reason) -> &'static str {
    match reason {
        Reason::AccountNotActive => "the account is not active",
        Reason::UnknownPermission => "no permission of that name is registered",
        Reason::RoleNotActive => "a role that would grant it is not active in this session",
        Reason::GrantNotYetValid => "what would grant it does not count yet",
        Reason::GrantExpired => "what granted it has run out",
        Reason::GrantedDirectly | Reason::GrantedByRole | Reason::NotGranted => "no path leads to it",
    }
}

/// Which roles a live session of `user` has active.
async fn activation(service: &Service, user: UserId, session: SessionId) -> Result<Activation> {
    let found = sessions::find_live(service, session).await?.filter(|found| found.session.user == user);
    let unknown = || Error::BadInput("`sessionId` is not a live session of that user".to_owned());
    Ok(found.ok_or_else(unknown)?.session.activation)
}
