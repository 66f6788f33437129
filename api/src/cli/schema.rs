//! `keyward schema`

use super::output;
use crate::config::Settings;
use crate::graphql::scalars;
use crate::graphql::schema::{self, PublicSchema};
use crate::startup;
use anyhow::{Result, anyhow, bail};
use clap::{Args, ValueEnum};
use engine::PermissionName;
use service::permissions;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  keyward schema > schema.graphql
  keyward schema --permissions ts > permissions.ts    the permissions of this database, as a union type
  keyward schema --scalars > scalars.json             `scalars` of graphql-codegen";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Print the registered permissions as a type of this language; reads the database
    #[arg(long, value_name = "LANGUAGE", conflicts_with = "scalars")]
    permissions: Option<Language>,
    /// Print the TypeScript types of the scalars, as graphql-codegen takes them
    #[arg(long)]
    scalars: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Language {
    /// TypeScript
    Ts,
}

impl Arguments {
    /// Whether the database is read.
    pub(super) fn reads_database(&self) -> bool {
        self.permissions.is_some()
    }
}

/// Prints the published schema, or what a client generates from it.
pub(super) async fn run(arguments: &Arguments, settings: Option<&Settings>) -> Result<ExitCode> {
    let schemas = schema::build().map_err(|error| anyhow!("the schema lacks a guard: {error}"))?;
    let text = match (arguments.permissions, settings) {
        (Some(Language::Ts), Some(settings)) => union(&names(&schemas, settings).await?),
        (Some(_), None) => bail!("the settings of the database are missing"),
        (None, _) if arguments.scalars => scalar_map()?,
        (None, _) => schemas.sdl().trim_end().to_owned(),
    };
    output::print(text)?;
    Ok(ExitCode::SUCCESS)
}

/// The registered permissions, and those that guards name, sorted: the service registers them when it starts.
async fn names(schemas: &PublicSchema, settings: &Settings) -> Result<Vec<PermissionName>> {
    if let Some(folder) = output::new_database_folder(settings) {
        bail!("there is no database in {folder}: `--data-dir` names another folder");
    }
    let (database, pending) = startup::inspect(settings).await?;
    if !pending.is_empty() {
        bail!("{} migrations of the database are pending: run `keyward migrate`", pending.len());
    }
    let mut names = permissions::registered(&database).await.map_err(|error| startup::describe(&error))?;
    names.extend(schemas.system_permissions());
    names.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
    names.dedup();
    Ok(names)
}

/// A TypeScript union of string literals. Names have no character that a literal would escape.
fn union(names: &[PermissionName]) -> String {
    let members: Vec<String> = names.iter().map(|name| format!("\n  | \"{}\"", name.as_str())).collect();
    let members = if members.is_empty() { " never".to_owned() } else { members.concat() };
    format!(
        "// Permissions, sorted. Written by `keyward schema --permissions ts`.\nexport type PermissionName ={members};"
    )
}

fn scalar_map() -> Result<String> {
    let types = scalars::TYPESCRIPT.into_iter().map(|[scalar, ty]| (scalar.to_owned(), ty.into()));
    Ok(serde_json::to_string_pretty(&types.collect::<serde_json::Map<_, _>>())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_union_has_one_member_a_line() {
        let names = ["a:b", "invoice: 'x' `y` ${z}"].map(|name| PermissionName::parse(name).expect("a name"));
        let lines: Vec<String> = union(&names).lines().map(str::to_owned).collect();
        let expected = ["export type PermissionName =", "  | \"a:b\"", "  | \"invoice: 'x' `y` ${z}\";"];
        assert_eq!(lines[1..], expected);
        assert!(union(&[]).ends_with("export type PermissionName = never;"));
    }

    #[test]
    fn no_name_needs_an_escape_in_a_literal() {
        for character in ('\0'..='\u{ff}').filter(|character| matches!(character, '"' | '\\') || character.is_control())
        {
            assert!(PermissionName::parse(&format!("a{character}b")).is_err(), "{character:?}");
        }
    }
}
