//! `anytime-faults`: the long runs. `make faults` and `make faults-nodes` build and start it.
//!
//! Without an argument one server is killed: `FAULTS_KILLS` says how many deaths (4,000), `FAULTS_SEED` repeats a run,
//! `FAULTS_ONLY` names places (`K5,K9b`), `FAULTS_REPORT` a file for the table, and `FAULTS_FAILPOINTS` what the server's fail
//! points do all the time. With `nodes` several are: `FAULTS_ROUNDS` says how often each fault is played (50), `FAULTS_RATE` how
//! many notifications come each second (500), and `FAULTS_SEED`, `FAULTS_ONLY` (`N1,N3`) and `FAULTS_REPORT` as above.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a harness that cannot go on has to say so and end")]

#[cfg(target_os = "linux")]
mod nodes_table;
#[cfg(target_os = "linux")]
mod table;

#[cfg(target_os = "linux")]
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> std::process::ExitCode {
    match std::env::args().nth(1).as_deref() {
        None => table::run().await,
        Some("nodes") => nodes_table::run().await,
        Some(_) => {
            println!("usage: anytime-faults [nodes]");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("The disk that forgets is written for Linux.");
}
