//! `anytime-connect`: see [`server::cli`].

use std::process::ExitCode;

/// A notification takes some two hundred allocations on its way to the database and back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::cli::main()
}
