//! The schema: migrations are embedded, immutable, and the same for both engines but for types that differ in name.

use super::{Engine, Result, Store, StoreError};
use sqlx::Row;
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Number, name and text of each migration of an engine. They are listed by hand, so that nothing has to be generated at
/// build time; a test compares the list with the folders.
macro_rules! migrations {
    ($engine:literal: $($number:literal $name:literal)*) => {
        [$(($number, $name, include_str!(concat!("../../../migrations/", $engine, "/", $name)))),*]
    };
}

/// The same list for both engines.
macro_rules! listed {
    ($engine:literal) => {
        migrations!($engine:
            1 "0001_accounts.sql"
            2 "0002_keys.sql"
            3 "0003_links.sql"
            4 "0004_payments.sql"
            5 "0005_deliveries.sql"
            6 "0006_payments_in_the_banks_order.sql"
            7 "0007_evidence.sql"
            8 "0008_leaner_inbox.sql"
            9 "0009_own_words.sql"
            10 "0010_pauses.sql"
            11 "0011_mail.sql"
            12 "0012_account.sql"
            13 "0013_alerts.sql"
            14 "0014_passkeys.sql"
            15 "0015_desk.sql"
            16 "0016_ring.sql"
            17 "0017_api_keys.sql"
            18 "0018_people.sql"
            19 "0019_team.sql"
            20 "0020_funnel_and_payments.sql"
            21 "0021_events_out.sql"
            22 "0022_acts_chain.sql"
            23 "0023_support_and_log.sql"
            24 "0024_nodes.sql"
            25 "0025_shared_limits.sql"
            26 "0026_fresh_links.sql"
        )
    };
}

type Listed = (i64, &'static str, &'static str);

const SQLITE: &[Listed] = &listed!("sqlite");
const POSTGRES: &[Listed] = &listed!("postgres");

static SQLITE_MIGRATOR: LazyLock<Migrator> = LazyLock::new(|| migrator(SQLITE));
static POSTGRES_MIGRATOR: LazyLock<Migrator> = LazyLock::new(|| migrator(POSTGRES));

fn migrator(listed: &[Listed]) -> Migrator {
    let migration = |(number, name, text): &Listed| {
        Migration::new(*number, (*name).into(), MigrationType::Simple, (*text).into_sql_str(), false)
    };
    Migrator::with_migrations(listed.iter().map(migration).collect())
}

impl Store {
    /// Applies the migrations that the database lacks, each in a transaction of its own. Refuses a database that a newer
    /// version of this program has migrated.
    pub async fn migrate(&self) -> Result<()> {
        let mut connection = self.inner.writes.acquire().await?;
        let outcome = self.migrator().run(&mut *connection).await;
        if let Err(error) = outcome {
            // It may still hold the lock of migrations.
            connection.close_on_drop();
            return Err(refusal(error));
        }
        Ok(())
    }

    /// The number of this program's newest migration, which the database has while it serves.
    pub fn schema(&self) -> i64 {
        self.migrator().iter().map(|migration| migration.version).max().unwrap_or_default()
    }

    /// Checks, without changing anything, that the database has exactly this program's migrations.
    pub async fn check_schema(&self) -> Result<()> {
        let applied = self.applied_migrations().await?;
        for migration in self.migrator().iter() {
            match applied.get(&migration.version) {
                None => return Err(StoreError::SchemaBehind(migration.version)),
                Some(checksum) if *checksum != *migration.checksum => {
                    return Err(StoreError::SchemaAhead(migration.version));
                }
                Some(_) => {}
            }
        }
        match applied.keys().find(|version| !self.migrator().version_exists(**version)) {
            Some(version) => Err(StoreError::SchemaAhead(*version)),
            None => Ok(()),
        }
    }

    fn migrator(&self) -> &'static Migrator {
        match self.inner.engine {
            Engine::Sqlite => &SQLITE_MIGRATOR,
            Engine::Postgres => &POSTGRES_MIGRATOR,
        }
    }

    /// Version and checksum of what was applied; nothing where there is no table of migrations yet.
    async fn applied_migrations(&self) -> Result<BTreeMap<i64, Vec<u8>>> {
        let table = match self.inner.engine {
            Engine::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
            Engine::Postgres => "SELECT 1 FROM pg_catalog.pg_class WHERE oid = to_regclass('_sqlx_migrations')",
        };
        if sqlx::query(table).fetch_optional(&self.inner.reads).await?.is_none() {
            return Ok(BTreeMap::new());
        }
        let rows = sqlx::query("SELECT version, checksum FROM _sqlx_migrations").fetch_all(&self.inner.reads).await?;
        rows.iter().map(|row| Ok((row.try_get("version")?, row.try_get("checksum")?))).collect()
    }
}

fn refusal(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) | MigrateError::VersionMismatch(version) => {
            StoreError::SchemaAhead(version)
        }
        other => StoreError::Migration(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn names(folder: &str) -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(folder);
        let mut names: Vec<String> =
            folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn every_migration_of_the_folders_is_listed() {
        let listed = |listed: &[Listed]| listed.iter().map(|(_, name, _)| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(listed(SQLITE), names("sqlite"));
        assert_eq!(listed(POSTGRES), names("postgres"));
    }

    #[test]
    fn the_engines_differ_in_names_of_types_and_collations_in_sqlites_row_numbers_and_in_what_is_logged_only() {
        for (sqlite, postgres) in SQLITE.iter().zip(POSTGRES) {
            assert_eq!(sqlite.0, postgres.0);
            let translated = sqlite
                .2
                .replace("INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY")
                .replace("BLOB", "BYTEA")
                .replace(") WITHOUT ROWID", ")");
            // `SQLite` has one of this name.
            let postgres = postgres.2.replace("CREATE COLLATION \"binary\" FROM \"C\";\n", "");
            // It logs all or nothing.
            let logged = postgres.split("-- A crash of the database may forget them").next().unwrap_or_default();
            assert_eq!(translated, logged, "{}", sqlite.1);
        }
    }
}
