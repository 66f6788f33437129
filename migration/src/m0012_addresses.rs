//! Canonical keys of e-mail addresses among the login names, and an index of password resets by issuer.
//!
//! Addresses were compared as spelled until now. Their canonical keys are added; the keys of their spellings stay, so
//! that older binaries find them. Where several accounts have spellings of one address, the account that is spelled
//! canonically has the canonical key, else the oldest one; the others keep the keys of their spellings, and log in
//! with these.

use crate::schema::{Schema, index};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult};
use std::borrow::Cow;

/// Rows read in one statement.
const PAGE: u64 = 5_000;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    index(schema, "password_resets", ["issued_by"]).await?;
    let transaction = schema.transaction();
    let mut names = names_to_add(transaction).await?;
    // Identifiers of users begin with the time of their creation.
    names.sort_unstable_by(|one, other| (one.user, &one.key).cmp(&(other.user, &other.key)));
    for name in names {
        add_unless_taken(transaction, name).await?;
    }
    Ok(())
}

struct LoginName {
    key: String,
    user: Uuid,
}

/// The canonical login names of all addresses that are spelled otherwise.
async fn names_to_add(transaction: &DatabaseTransaction) -> Result<Vec<LoginName>, DbErr> {
    let (mut names, mut last) = (Vec::new(), String::new());
    loop {
        let page = Query::select()
            .columns(["name_key", "user_id"])
            .from("login_names")
            .and_where(Expr::col("name_key").gt(last.as_str()))
            .and_where(Expr::col("name_key").like("%@%"))
            .order_by("name_key", sea_orm::Order::Asc)
            .limit(PAGE)
            .take();
        let rows = transaction.query_all(&page).await?;
        let page = rows.iter().map(login_name).collect::<Result<Vec<_>, _>>()?;
        let Some(end) = page.last() else { return Ok(names) };
        last.clone_from(&end.key);
        for LoginName { key, user } in page {
            let canonical = canonical(&key);
            if canonical != key {
                names.push(LoginName { key: canonical, user });
            }
        }
    }
}

fn login_name(row: &QueryResult) -> Result<LoginName, DbErr> {
    Ok(LoginName { key: row.try_get_by_index(0)?, user: row.try_get_by_index(1)? })
}

async fn add_unless_taken(transaction: &DatabaseTransaction, name: LoginName) -> Result<(), DbErr> {
    let LoginName { key, user } = name;
    let holder =
        Query::select().column("user_id").from("login_names").and_where(Expr::col("name_key").eq(key.as_str())).take();
    if transaction.query_one(&holder).await?.is_some() {
        return Ok(());
    }
    let mut insert = Query::insert();
    insert.into_table("login_names").columns(["name_key", "user_id"]).values_panic([key.into(), user.into()]);
    transaction.execute(&insert).await.map(drop)
}

/// The canonical form of a key, as `service/src/users/name/address.rs` had it when this migration was written.
fn canonical(key: &str) -> String {
    let Some((local, domain)) = key.rsplit_once('@') else { return key.to_owned() };
    let a_labels = Uts46::new().to_ascii(domain.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow, DnsLength::Verify);
    format!("{}@{}", unquoted(local), a_labels.unwrap_or(Cow::Borrowed(domain)))
}

fn unquoted(local: &str) -> Cow<'_, str> {
    let Some(quoted) = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return Cow::Borrowed(local);
    };
    let (mut content, mut characters) = (String::with_capacity(quoted.len()), quoted.chars());
    while let Some(character) = characters.next() {
        let is_escape = character == '\\';
        content.extend(if is_escape { characters.next() } else { Some(character) });
    }
    let is_dot_atom = content.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_text));
    let escaped = |content: &str| content.replace('\\', "\\\\").replace('"', "\\\"");
    Cow::Owned(if is_dot_atom { content } else { format!("\"{}\"", escaped(&content)) })
}

fn is_atom_text(character: char) -> bool {
    let is_special = |character| "!#$%&'*+-/=?^_`{|}~".contains(character);
    character.is_ascii_alphanumeric() || is_special(character) || (!character.is_ascii() && !character.is_control())
}
