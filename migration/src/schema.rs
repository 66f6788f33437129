//! Tables, columns and indexes in words that mean the same on SQLite, PostgreSQL and MariaDB.

use sea_orm::sea_query::{
    ColumnDef, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index, IndexCreateStatement, SelectStatement,
    Table, TableCreateStatement,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, StatementBuilder};
use sea_schema::mysql::MySql;
use sea_schema::postgres::Postgres;
use sea_schema::probe::SchemaProbe as _;
use sea_schema::sqlite::Sqlite;

/// The schema of one database, as seen and changed by whoever migrates it.
#[derive(Clone, Copy)]
pub(crate) struct Schema<'a>(&'a DatabaseTransaction);

impl<'a> Schema<'a> {
    pub(crate) fn new(transaction: &'a DatabaseTransaction) -> Self {
        Self(transaction)
    }

    pub(crate) fn engine(self) -> DbBackend {
        self.0.get_database_backend()
    }

    pub(crate) async fn create_table(self, table: TableCreateStatement) -> Result<(), DbErr> {
        self.run(table).await
    }

    async fn run(self, statement: impl StatementBuilder) -> Result<(), DbErr> {
        self.0.execute(&statement).await.map(drop)
    }

    async fn has_column(self, table: &str, column: &str) -> Result<bool, DbErr> {
        let probe = match self.engine() {
            DbBackend::MySql => MySql.has_column(table, column),
            DbBackend::Postgres => Postgres.has_column(table, column),
            _ => Sqlite.has_column(table, column),
        };
        is_there(self.0, &probe).await
    }

    async fn has_index(self, table: &str, index: &str) -> Result<bool, DbErr> {
        let probe = match self.engine() {
            DbBackend::MySql => MySql.has_index(table, index),
            DbBackend::Postgres => Postgres.has_index(table, index),
            _ => Sqlite.has_index(table, index),
        };
        is_there(self.0, &probe).await
    }
}

/// Is that table there?
pub(crate) async fn has_table<C: ConnectionTrait>(connection: &C, table: &str) -> Result<bool, DbErr> {
    let probe = match connection.get_database_backend() {
        DbBackend::MySql => MySql.has_table(table),
        DbBackend::Postgres => Postgres.has_table(table),
        _ => Sqlite.has_table(table),
    };
    is_there(connection, &probe).await
}

/// What a probe found.
async fn is_there<C: ConnectionTrait>(connection: &C, probe: &SelectStatement) -> Result<bool, DbErr> {
    let row = connection.query_one(probe).await?;
    row.map_or(Ok(false), |row| row.try_get_by_index(0))
}

/// Columns for one engine; none may be null unless that is added.
#[derive(Clone, Copy)]
pub(crate) struct Columns(DbBackend);

impl Columns {
    pub(crate) fn of(schema: &Schema<'_>) -> Self {
        Self(schema.engine())
    }

    /// An identifier: 16 bytes everywhere.
    pub(crate) fn id(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).uuid().not_null().take()
    }

    /// An instant in UTC, at least to the millisecond. MariaDB's `timestamp` ends in 2038 and keeps
    /// whole seconds.
    pub(crate) fn instant(self, name: &'static str) -> ColumnDef {
        let mut column = ColumnDef::new(name);
        match self.0 {
            DbBackend::MySql => column.custom("datetime(3)"),
            _ => column.timestamp_with_time_zone(),
        };
        column.not_null().take()
    }

    /// A text of at most `length` characters that is looked up or sorted by: compared byte by byte,
    /// whatever the language of the database.
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

    /// A text as long as need be (64 KiB on MariaDB).
    pub(crate) fn text(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).text().not_null().take()
    }

    /// A hash of 32 bytes.
    pub(crate) fn hash(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).var_binary(32).not_null().take()
    }

    /// Bytes, a few kilobytes of them.
    pub(crate) fn bytes(self, name: &'static str) -> ColumnDef {
        ColumnDef::new(name).blob().not_null().take()
    }

    /// A document; 4 GiB on MariaDB, where `json` is a long text.
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

/// The same column, which may be null.
pub(crate) fn optional(mut column: ColumnDef) -> ColumnDef {
    column.null().take()
}

/// A table that is made when it is not there. MariaDB's own defaults compare texts without regard to
/// case and may not hold every character.
pub(crate) fn table(schema: &Schema<'_>, name: &'static str) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).if_not_exists();
    if schema.engine() == DbBackend::MySql {
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

/// A reference to another table's `id`; what refers to it goes with it.
pub(crate) fn belongs_to(
    (table, column): (&'static str, &'static str),
    owner: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to(owner, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

/// Adds a column to a table that has rows already, when it is not there.
pub(crate) async fn add_column(schema: &Schema<'_>, table: &'static str, column: ColumnDef) -> Result<(), DbErr> {
    if schema.has_column(table, &column.get_column_name()).await? {
        return Ok(());
    }
    schema.run(Table::alter().table(table).add_column(column).take()).await
}

/// Makes an index when it is not there.
pub(crate) async fn index<const N: usize>(
    schema: &Schema<'_>,
    table: &'static str,
    columns: [&'static str; N],
) -> Result<(), DbErr> {
    make(schema, table, columns, Index::create()).await
}

/// Makes an index that allows each combination of values once, when it is not there.
pub(crate) async fn unique<const N: usize>(
    schema: &Schema<'_>,
    table: &'static str,
    columns: [&'static str; N],
) -> Result<(), DbErr> {
    make(schema, table, columns, Index::create().unique().take()).await
}

async fn make<const N: usize>(
    schema: &Schema<'_>,
    table: &'static str,
    columns: [&'static str; N],
    mut index: IndexCreateStatement,
) -> Result<(), DbErr> {
    let name = format!("idx_{table}_{}", columns.join("_"));
    // Asked first, because MySQL knows no `CREATE INDEX IF NOT EXISTS`.
    if schema.has_index(table, &name).await? {
        return Ok(());
    }
    index.name(name).table(table);
    for column in columns {
        index.col(column);
    }
    schema.run(index).await
}

/// The ledger of applied steps.
pub(crate) async fn create_ledger(schema: &Schema<'_>, name: &'static str) -> Result<(), DbErr> {
    let columns = Columns::of(schema);
    let mut ledger = table(schema, name);
    ledger.col(columns.string("version", 255).primary_key()).col(columns.big_integer("applied_at"));
    schema.create_table(ledger).await
}

/// Runs a statement that reads the same on every engine.
pub(crate) async fn run(schema: &Schema<'_>, sql: &str) -> Result<(), DbErr> {
    schema.0.execute_unprepared(sql).await.map(drop)
}
