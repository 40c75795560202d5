//! `copy`: a whole database into another one, at one moment, or beside a server that goes on until the copy takes over.

use super::CliError;
use super::backup::{copied, progress, told};
use super::output::Output;
use crate::clock::{Clock as _, SystemClock};
use crate::secret::Secret;
use crate::store::Store;
use clap::Args;
use serde_json::json;
use std::io::Write as _;
use std::time::{Duration, Instant};

/// A round that takes no longer is as good as any: the last one, without a server, will not take longer either.
const SHORT: Duration = Duration::from_secs(2);
/// How often it is looked whether the server has ended.
const LOOK: Duration = Duration::from_millis(250);

#[derive(Debug, Args)]
pub(super) struct CopyCommand {
    /// `sqlite://PATH` or `postgres://…`, of this program's schema
    #[arg(long, env = "COPY_FROM", hide_env_values = true)]
    from: String,
    /// The same, and empty, or with a copy that broke off, which goes on
    #[arg(long, env = "COPY_TO", hide_env_values = true, required_unless_present = "stop_following")]
    to: Option<String>,
    /// From `SQLite`, while the server goes on: what changes comes along until you stop the server, and nothing starts on the
    /// old database any more
    #[arg(long)]
    follow: bool,
    /// Give up a copy that follows; or, after one, let servers start on the old database again
    #[arg(long, conflicts_with = "follow")]
    stop_following: bool,
}

/// Fills an empty database from another one, of the same engine or the other.
pub(super) async fn copy(command: &CopyCommand, output: Output) -> Result<(), CliError> {
    let (begin, from) = (Instant::now(), Secret::new(command.from.clone()));
    let source = Store::open(&from).await?;
    source.check_schema().await?;
    let Some(to) = command.to.as_ref().filter(|_| !command.stop_following) else {
        source.stop_following().await?;
        source.close().await;
        return output.tell(|| "Nothing follows this database.".into(), || json!({ "followed": false }));
    };
    let target = Store::open(&Secret::new(to.clone())).await?;
    if command.follow {
        let counts = follow(&from, source, &target).await?;
        target.close().await;
        return moved(&counts, output);
    }
    // What is in it is old by now.
    source.must_not_have_moved().await?;
    let sums = copied(&source, &target).await?;
    target.close().await;
    source.close().await;
    told(&sums, true, begin, output)
}

/// How many rows each table had when they were compared, and for how long nobody served them.
struct Moved {
    counts: Vec<(&'static str, u64)>,
    away: Duration,
}

/// Until the server has ended and everything is in the copy.
async fn follow(from: &Secret, mut source: Store, target: &Store) -> Result<Moved, CliError> {
    let now = || SystemClock.now();
    source.must_be_whole().await?;
    target.migrate().await?;
    source.begin_to_follow(target, now()).await?;
    source.fill(target, now(), &progress("written")).await?;
    catch_up(&source, target).await?;
    let counts = source.compare_with(target, &progress("compared")).await?;
    say("Each row is in both. Stop the server now: what it still does comes along, and this ends when it has ended.");
    loop {
        source.follow(target).await?;
        source.close().await;
        if Store::retire(from, now()).await? {
            break;
        }
        tokio::time::sleep(LOOK).await;
        source = Store::open(from).await?;
    }
    let ended = Instant::now();
    let source = Store::open(from).await?;
    source.check_schema().await?;
    source.finish_following(target).await?;
    source.close().await;
    Ok(Moved { counts, away: ended.elapsed() })
}

/// Rounds get shorter, each with what has changed in the one before, until they are short, or as short as they get.
async fn catch_up(source: &Store, target: &Store) -> Result<(), CliError> {
    let mut before = Duration::MAX;
    loop {
        let begin = Instant::now();
        source.follow(target).await?;
        let took = begin.elapsed();
        if took < SHORT || took >= before {
            return Ok(());
        }
        before = took;
    }
}

fn moved(Moved { counts, away }: &Moved, output: Output) -> Result<(), CliError> {
    let (rows, tables): (u64, _) = (counts.iter().map(|(_, rows)| rows).sum(), counts.len());
    let seconds = away.as_secs_f64();
    let lines = || {
        format!(
            "{rows} rows of {tables} tables have moved, {seconds:.1} s after the server had ended. Set DATABASE_URL to the new database and start it."
        )
    };
    output
        .tell(lines, || json!({ "rows": rows, "tables": tables, "compared": true, "seconds_without_server": seconds }))
}

/// To who is watching; what came of it is told in the end.
fn say(words: &str) {
    let _nobody_looks = writeln!(std::io::stderr(), "{words}");
}
