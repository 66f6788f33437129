//! Tables, columns and indexes that mean the same on SQLite, PostgreSQL and MariaDB.

use sea_orm::sea_query::{
    ColumnDef, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index, IndexCreateStatement, SelectStatement,
    Table, TableCreateStatement,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, StatementBuilder};
use sea_schema::mysql::MySql;
use sea_schema::postgres::Postgres;
use sea_schema::probe::SchemaProbe as _;
use sea_schema::sqlite::Sqlite;

/// The schema of the database, within the transaction of the migrations.
#[derive(Clone, Copy)]
pub(crate) struct Schema<'a>(&'a DatabaseTransaction);

impl<'a> Schema<'a> {
    pub(crate) fn new(transaction: &'a DatabaseTransaction) -> Self {
        Self(transaction)
    }

    pub(crate) fn backend(self) -> DbBackend {
        self.0.get_database_backend()
    }

    /// The transaction, for a migration that reads and writes rows.
    pub(crate) fn transaction(self) -> &'a DatabaseTransaction {
        self.0
    }

    pub(crate) async fn create_table(self, table: TableCreateStatement) -> Result<(), DbErr> {
        self.run(table).await
    }

    async fn run(self, statement: impl StatementBuilder) -> Result<(), DbErr> {
        self.0.execute(&statement).await.map(drop)
    }

    async fn has_column(self, table: &str, column: &str) -> Result<bool, DbErr> {
        let probe = match self.backend() {
            DbBackend::MySql => MySql.has_column(table, column),
            DbBackend::Postgres => Postgres.has_column(table, column),
            _ => Sqlite.has_column(table, column),
        };
        exists(self.0, &probe).await
    }

    async fn has_index(self, table: &str, index: &str) -> Result<bool, DbErr> {
        let probe = match self.backend() {
            DbBackend::MySql => MySql.has_index(table, index),
            DbBackend::Postgres => Postgres.has_index(table, index),
            _ => Sqlite.has_index(table, index),
        };
        exists(self.0, &probe).await
    }
}

/// Whether the table exists.
pub(crate) async fn has_table<C: ConnectionTrait>(connection: &C, table: &str) -> Result<bool, DbErr> {
    let probe = match connection.get_database_backend() {
        DbBackend::MySql => MySql.has_table(table),
        DbBackend::Postgres => Postgres.has_table(table),
        _ => Sqlite.has_table(table),
    };
    exists(connection, &probe).await
}

/// The result of a probe.
async fn exists<C: ConnectionTrait>(connection: &C, probe: &SelectStatement) -> Result<bool, DbErr> {
    let row = connection.query_one(probe).await?;
    row.map_or(Ok(false), |row| row.try_get_by_index(0))
}

/// Columns for one database, not null unless [`optional`].
#[derive(Clone, Copy)]
pub(crate) struct Columns(DbBackend);

impl Columns {
    pub(crate) fn of(schema: &Schema<'_>) -> Self {
        Self(schema.backend())
    }

    /// An identifier: 16 bytes on every database.
    pub(crate) fn id(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).uuid().not_null().take()
    }

    /// A time in UTC, with milliseconds at least. MariaDB's `timestamp` ends in 2038 and has whole seconds.
    pub(crate) fn instant(self, name: &'static str) -> ColumnDef {
        let mut column = ColumnDef::new(name);
        match self.0 {
            DbBackend::MySql => column.custom("datetime(3)"),
            _ => column.timestamp_with_time_zone(),
        };
        column.not_null().take()
    }

    /// A text of at most `length` characters for lookups and sorting: compared byte by byte, whatever the collation of
    /// the database.
    pub(crate) fn key(self, name: &'static str, length: u32) -> ColumnDef {
        let mut column = ColumnDef::new(name);
        match self.0 {
            DbBackend::Postgres => column.custom(format!("varchar({length}) COLLATE \"C\"")),
            _ => column.string_len(length),
        };
        column.not_null().take()
    }

    /// A short text of at most `length` characters.
    pub(crate) fn string(self, name: &'static str, length: u32) -> ColumnDef {
        ColumnDef::new(name).string_len(length).not_null().take()
    }

    /// A text (64 KiB on MariaDB).
    pub(crate) fn text(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).text().not_null().take()
    }

    /// A hash of 32 bytes.
    pub(crate) fn hash(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).var_binary(32).not_null().take()
    }

    /// Bytes, up to a few kilobytes.
    pub(crate) fn bytes(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).blob().not_null().take()
    }

    /// A JSON document (4 GiB on MariaDB, where `json` is a long text).
    pub(crate) fn json(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).json().null().take()
    }

    pub(crate) fn flag(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).boolean().not_null().take()
    }

    pub(crate) fn integer(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).integer().not_null().take()
    }

    pub(crate) fn big_integer(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).big_integer().not_null().take()
    }
}

/// The column, nullable.
pub(crate) fn optional(mut column: ColumnDef) -> ColumnDef {
    column.null().take()
}

/// A table to create unless it exists. MariaDB's defaults compare texts case-insensitively and cannot store every
/// character.
pub(crate) fn table(schema: &Schema<'_>, name: &'static str) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).if_not_exists();
    if schema.backend() == DbBackend::MySql {
        table.engine("InnoDB").character_set("utf8mb4").collate("utf8mb4_bin");
    }
    table
}

/// A primary key of several columns.
pub(crate) fn primary_key<const N: usize>(columns: [&'static str; N]) -> IndexCreateStatement {
    let mut key = Index::create();
    for column in columns {
        key.col(column);
    }
    key.primary().take()
}

/// A foreign key to the `id` of another table; its rows are deleted with the other's.
pub(crate) fn belongs_to(table: &'static str, column: &'static str, owner: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to(owner, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

/// Adds a column to an existing table, unless it exists.
pub(crate) async fn add_column(schema: &Schema<'_>, table: &'static str, column: ColumnDef) -> Result<(), DbErr> {
    if schema.has_column(table, &column.get_column_name()).await? {
        return Ok(());
    }
    schema.run(Table::alter().table(table).add_column(column).take()).await
}

/// Creates an index, unless it exists.
pub(crate) async fn index<const N: usize>(
    schema: &Schema<'_>,
    table: &'static str,
    columns: [&'static str; N],
) -> Result<(), DbErr> {
    create_index(schema, table, columns, Index::create()).await
}

/// Creates a unique index, unless it exists.
pub(crate) async fn unique<const N: usize>(
    schema: &Schema<'_>,
    table: &'static str,
    columns: [&'static str; N],
) -> Result<(), DbErr> {
    create_index(schema, table, columns, Index::create().unique().take()).await
}

async fn create_index<const N: usize>(
    schema: &Schema<'_>,
    table: &'static str,
    columns: [&'static str; N],
    mut index: IndexCreateStatement,
) -> Result<(), DbErr> {
    let name = format!("idx_{table}_{}", columns.join("_"));
    // MySQL has no `CREATE INDEX IF NOT EXISTS`.
    if schema.has_index(table, &name).await? {
        return Ok(());
    }
    index.name(name).table(table);
    for column in columns {
        index.col(column);
    }
    schema.run(index).await
}

/// Drops an index that another one replaces, if it exists.
pub(crate) async fn drop_index<const N: usize>(
    schema: &Schema<'_>,
    table: &'static str,
    columns: [&'static str; N],
) -> Result<(), DbErr> {
    let name = format!("idx_{table}_{}", columns.join("_"));
    if !schema.has_index(table, &name).await? {
        return Ok(());
    }
    let mut index = Index::drop();
    index.name(name).table(table);
    schema.run(index).await
}

/// Creates the table of applied migrations.
pub(crate) async fn create_applied_table(schema: &Schema<'_>, name: &'static str) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let mut applied = table(schema, name);
    applied.col(columns.string("version", 255).primary_key()).col(columns.big_integer("applied_at"));
    schema.create_table(applied).await
}

/// Runs a statement that every database accepts.
pub(crate) async fn run(schema: &Schema<'_>, sql: &str) -> Result<(), DbErr> {
    schema.0.execute_unprepared(sql).await.map(drop)
}
