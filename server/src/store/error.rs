//! What can go wrong in the store, told by what the caller can do about it.

/// Why the store could not do what it was asked. A row that does not exist is no error: look-ups answer `None`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else holds what is needed, or no connection is free: the same call may succeed a moment later.
    #[error("the database is busy")]
    Busy(#[source] sqlx::Error),
    /// There is no room left for writing.
    #[error("the database has no room left")]
    Full(#[source] sqlx::Error),
    #[error("the database does not answer as expected: {0}")]
    Database(#[source] sqlx::Error),
    /// A row that cannot be read: the column, or what is wrong with it.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(&'static str),
    /// A row that has to be there for this change is not; nothing was written.
    #[error("nothing to change: {0}")]
    Missing(&'static str),
    /// What this caller had taken has passed to somebody else meanwhile; nothing was written.
    #[error("the lease has passed to somebody else")]
    LeaseLost,
    /// The address cannot be used. It is not repeated here, as it may hold a password.
    #[error("the database address cannot be used: {0}")]
    Address(&'static str),
    /// The `SQLite` library is older than 3.51.3, which can lose committed rows of the write-ahead log.
    #[error("SQLite {0} is too old: 3.51.3 or newer is needed")]
    OldSqlite(String),
    #[error("the file of the database cannot be created")]
    File(#[source] std::io::Error),
    /// Migrations of this program that the database does not have yet.
    #[error("the database lacks migration {0}: run `anytime-connect migrate`")]
    SchemaBehind(i64),
    /// A migration that this program does not know, or knows differently.
    #[error("migration {0} of the database is not this program's: a newer version has been here")]
    SchemaAhead(i64),
    /// A copy would mix with what is there.
    #[error("the database is not empty: copy into a new one")]
    NotEmpty,
    /// A copy into it broke off.
    #[error("a copy into this database was not finished: copy again, which goes on, or remove it")]
    UnfinishedCopy,
    /// A copy has taken its place.
    #[error(
        "this database was moved: set DATABASE_URL to the new one, or go on with this one after `anytime-connect copy --stop-following`"
    )]
    Moved,
    /// Changes of a database that a copy follows have not been noted.
    #[error(
        "an upgrade has changed tables that a copy follows: remove the copy, `anytime-connect copy --stop-following`, and copy again"
    )]
    NotNoted,
    /// A table of a copy is not as it should be.
    #[error("rows of {0} are not the same in the copy: remove it, and copy again")]
    CopyDiffers(&'static str),
    #[error("a migration failed")]
    Migration(#[source] sqlx::migrate::MigrateError),
}

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl StoreError {
    /// Whether a database that is a server of its own may only not be there yet.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Busy(error) | Self::Database(error) => {
                matches!(error, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut)
                    || matches!(
                        error.as_database_error().and_then(sqlx::error::DatabaseError::code).as_deref(),
                        Some("53300" | "57P03")
                    )
            }
            _ => false,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match kind(&error) {
            Kind::Busy => Self::Busy(error),
            Kind::Full => Self::Full(error),
            Kind::Other => Self::Database(error),
        }
    }
}

enum Kind {
    Busy,
    Full,
    Other,
}

/// `SQLite` tells result codes as decimal numbers, `PostgreSQL` tells SQLSTATE.
fn kind(error: &sqlx::Error) -> Kind {
    match error {
        sqlx::Error::PoolTimedOut => Kind::Busy,
        sqlx::Error::Database(database) => match database.code().as_deref() {
            // BUSY, LOCKED and their extended codes; serialization failure, deadlock, lock not available, too many
            // connections, starting up.
            Some(
                "5" | "6" | "261" | "262" | "517" | "518" | "773" | "40001" | "40P01" | "55P03" | "53300" | "57P03",
            ) => Kind::Busy,
            // FULL; disk full.
            Some("13" | "53100") => Kind::Full,
            _ => Kind::Other,
        },
        _ => Kind::Other,
    }
}
