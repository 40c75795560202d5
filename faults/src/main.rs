//! `anytime-faults`: the long run. `make faults` builds and starts it.
//!
//! `FAULTS_KILLS` says how many deaths (4,000), `FAULTS_SEED` repeats a run, `FAULTS_ONLY` names places (`K5,K9b`),
//! `FAULTS_REPORT` a file for the table, and `FAULTS_FAILPOINTS` what the server's fail points do all the time.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a harness that cannot go on has to say so and end")]

#[cfg(target_os = "linux")]
mod table;

#[cfg(target_os = "linux")]
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> std::process::ExitCode {
    table::run().await
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("The disk that forgets is written for Linux.");
}
