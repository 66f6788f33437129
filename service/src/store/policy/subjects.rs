//! Subjects: users with their assignments and direct grants.

use crate::Result;
use crate::database::Connection;
use crate::store::{CHUNK, assignments, users};
use engine::{Subject, UserId};
use uuid::Uuid;

/// Reads subjects, in three statements for each [`CHUNK`] of users; unknown users are left out. `connection` is to be a
/// snapshot or a transaction that holds the policy lock.
pub(crate) async fn subjects<C: Connection>(connection: &C, users: &[UserId]) -> Result<Vec<Subject>> {
    let ids: Vec<Uuid> = users.iter().map(|user| user.uuid()).collect();
    let mut subjects = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let mut chunk = users::read_subjects(connection, ids).await?;
        assignments::read_assignments(connection, ids, &mut chunk).await?;
        assignments::read_grants(connection, ids, &mut chunk).await?;
        subjects.extend(chunk.into_values());
    }
    Ok(subjects)
}
