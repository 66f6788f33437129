//! Reading revisions.

use super::undo::Undo;
use super::{PolicyRevision, store};
use crate::database::Connection;
use crate::page::{Page, PageRequest};
use crate::{Error, Result, Service, boxed};
use engine::RevisionId;
use rustc_hash::FxHashMap;

/// A page of the revisions, newest first.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be read; [`Error::BadInput`] for a cursor of another list.
#[boxed]
pub async fn page(service: &Service, request: &PageRequest) -> Result<Page<PolicyRevision>> {
    store::page(service.database.connection(), request).await
}

/// The number of all revisions that are kept.
///
/// # Errors
/// As [`page`].
#[boxed]
pub async fn count(service: &Service) -> Result<u64> {
    store::count(service.database.connection()).await
}

/// Revisions by id. Unknown ids are left out.
///
/// # Errors
/// As [`page`].
#[boxed]
pub async fn by_ids(service: &Service, ids: &[RevisionId]) -> Result<FxHashMap<RevisionId, PolicyRevision>> {
    let revisions = store::by_ids(service.database.connection(), ids).await?;
    Ok(revisions.into_iter().map(|revision| (revision.id, revision)).collect())
}

/// The revision with this id.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be read.
pub(crate) async fn find<C: Connection>(connection: &C, id: RevisionId) -> Result<Option<PolicyRevision>> {
    Ok(store::by_ids(connection, &[id]).await?.pop())
}

/// What undoes some revisions.
#[derive(Debug)]
pub(crate) struct Undone {
    /// In the order in which it is to be done: newest first.
    pub(crate) undos: Vec<Undo>,
    /// The oldest of these revisions.
    pub(crate) oldest: u64,
    /// Number of these revisions.
    pub(crate) revisions: usize,
}

/// What undoes the latest revisions from before `end` and after `number`; `None` when there are no more. Some are read at
/// a time, so that memory does not grow with their number.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be read.
pub(crate) async fn undone<C: Connection>(connection: &C, number: u64, end: u64) -> Result<Option<Undone>> {
    let read = store::undone(connection, number, end).await?;
    let Some(oldest) = read.last().map(|revision| revision.number) else { return Ok(None) };
    let revisions = read.len();
    let mut undos = Vec::new();
    for part in read.into_iter().flat_map(|revision| revision.parts) {
        let part: Vec<Undo> = serde_json::from_value(part).map_err(|error| Error::Internal(error.into()))?;
        undos.extend(part);
    }
    Ok(Some(Undone { undos, oldest, revisions }))
}
