//! Opening a database.

use super::log::Log;
use super::nodes::Shares;
use super::signals::Signals;
use super::{Engine, Inner, Result, Store, StoreError};
use crate::faults;
use crate::randomness;
use crate::secret::Secret;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AnyConnection, AnyPool, Connection as _, Row as _};
use std::path::Path;
use std::str::FromStr;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio_util::task::TaskTracker;

/// How long a call waits for a connection before it is [`StoreError::Busy`].
const PATIENCE: Duration = Duration::from_secs(10);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// Statements that stay prepared on a connection, unless the address says how many: those over many rows have twelve texts each, and
/// a batch of effects alone has more than sqlx's hundred.
const POSTGRES_PREPARED: (&str, &str) = ("statement-cache-capacity", "512");

/// A connection that was used so lately is still there.
const FRESH: Duration = Duration::from_secs(1);
/// A node that stands still in the middle of a transaction holds what others wait for: the database ends that for it.
const POSTGRES_SETTINGS: &str = "SET idle_in_transaction_session_timeout = '5s'";

/// A commit is on the disk when it returns (FULL), and readers never wait for the writer (WAL). What has changed is brought into
/// the main file by [`Log`]; what that could not, by a commit every 32 MiB.
const SQLITE_SETTINGS: &str = "
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -32000;
    PRAGMA wal_autocheckpoint = 8192;
    PRAGMA journal_size_limit = 67108864;
";

impl Store {
    /// Opens `sqlite://path` or `postgres://…`. A file of `SQLite` is created for its owner alone (mode 0600), and so is its
    /// folder. Nothing is migrated yet.
    pub async fn open(url: &Secret) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let text = url.expose();
        if text.starts_with("sqlite:") {
            open_sqlite(text).await
        } else if text.starts_with("postgres:") || text.starts_with("postgresql:") {
            open_postgres(text).await
        } else {
            Err(StoreError::Address("it begins with neither sqlite:// nor postgres://"))
        }
    }
}

async fn open_sqlite(url: &str) -> Result<Store> {
    let file = SqliteConnectOptions::from_str(url).map_err(|_| StoreError::Address("it cannot be read"))?;
    if url.contains(":memory:") || url.contains("mode=memory") || file.get_filename().as_os_str().is_empty() {
        return Err(StoreError::Address("a database in memory cannot be shared by reader and writer"));
    }
    create_file(file.get_filename()).map_err(StoreError::File)?;
    // By itself, as a pool would go on trying what cannot work, and call it busy.
    check(&mut AnyConnection::connect_with(&options(url)?).await?).await?;
    let writes = sqlite_pool(url, 1, "PRAGMA query_only = OFF").await?;
    let reads = sqlite_pool(url, SQLITE_READERS, "PRAGMA query_only = ON").await?;
    // Not before it is needed: an idle server has no log to bring in.
    let log = sqlite_options(1, "PRAGMA query_only = OFF").connect_lazy_with(options(url)?);
    Ok(store(Engine::Sqlite, reads, writes, Log::kept_by(log), None))
}

async fn sqlite_pool(url: &str, connections: u32, may_write: &'static str) -> Result<AnyPool> {
    Ok(sqlite_options(connections, may_write).connect_with(options(url)?).await?)
}

fn sqlite_options(connections: u32, may_write: &'static str) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        // A connection to a file does not go stale, and keeping it keeps its cache.
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_release(|connection, _| Box::pin(is_clean(connection)))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                sqlx::raw_sql(SQLITE_SETTINGS).execute(&mut *connection).await?;
                sqlx::raw_sql(may_write).execute(&mut *connection).await?;
                if let Some(mode) = faults::value("store.synchronous") {
                    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("PRAGMA synchronous = {mode}")))
                        .execute(connection)
                        .await?;
                }
                Ok(())
            })
        })
}

/// Whether a connection can be used again. `SQLite` itself ends a transaction whose commit has failed, for want of room for
/// instance; sqlx goes on counting it as open and would refuse to begin another one on this connection ever again.
async fn is_clean(connection: &mut AnyConnection) -> sqlx::Result<bool> {
    if connection.is_in_transaction() {
        // One that was merely dropped is being rolled back, before the answer to this.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Refuses a file that is no database, and versions of `SQLite` that can lose committed rows when two connections reset the
/// write-ahead log at once.
async fn check(connection: &mut AnyConnection) -> Result<()> {
    sqlx::raw_sql("SELECT 1 FROM sqlite_master").execute(&mut *connection).await?;
    let version: String = sqlx::query("SELECT sqlite_version()").fetch_one(connection).await?.try_get(0)?;
    let numbers: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    if numbers.as_slice() >= [3, 51, 3].as_slice() { Ok(()) } else { Err(StoreError::OldSqlite(version)) }
}

fn create_file(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // The files of the write-ahead log take over this mode.
    std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path).map(drop)
}

async fn open_postgres(url: &str) -> Result<Store> {
    // By itself, as a pool would go on trying for a while, and not say why.
    let options = postgres_options(url)?;
    AnyConnection::connect_with(&options).await?.close().await?;
    let pool = AnyPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(PATIENCE)
        // Each is tried when it is given back; trying it again at once would be a trip more for every statement.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move { Ok(about.idle_for < FRESH || connection.ping().await.is_ok()) })
        })
        .after_connect(|connection, _| {
            Box::pin(async move { sqlx::raw_sql(POSTGRES_SETTINGS).execute(connection).await.map(drop) })
        })
        .connect_with(options)
        .await?;
    Ok(store(Engine::Postgres, pool.clone(), pool, Log::default(), Some(Secret::new(url))))
}

fn options(url: &str) -> Result<AnyConnectOptions> {
    AnyConnectOptions::from_str(url).map_err(|_| StoreError::Address("it cannot be read"))
}

fn postgres_options(url: &str) -> Result<AnyConnectOptions> {
    let mut options = options(url)?;
    let (name, most) = POSTGRES_PREPARED;
    if options.database_url.query_pairs().all(|(given, _)| given != name) {
        options.database_url.query_pairs_mut().append_pair(name, most);
    }
    Ok(options)
}

fn store(engine: Engine, reads: AnyPool, writes: AnyPool, log: Log, listens_at: Option<Secret>) -> Store {
    let inner = Inner {
        engine,
        node: randomness::id(),
        reads,
        writes,
        log,
        signals: listens_at.is_some().then(Signals::default),
        listens_at,
        shares: Shares::default(),
        tasks: TaskTracker::new(),
        wanted: AtomicI64::new(0),
        wake: OnceLock::new(),
    };
    Store { inner: Arc::new(inner) }
}
