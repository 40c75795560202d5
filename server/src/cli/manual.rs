//! `completion` and `manual`: what shells and `man` know of the commands, from the commands themselves.

use super::{Cli, CliError};
use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;
use std::io::Write as _;

const NAME: &str = "anytime-connect";

/// Prints a script for the shell.
pub(super) fn completion(shell: Shell) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
    Ok(std::io::stdout().write_all(&script)?)
}

/// Prints one page: the program, then each command with its options.
pub(super) fn page() -> Result<(), CliError> {
    let mut program = Cli::command();
    program.build();
    let mut page = Vec::new();
    Man::new(program.clone()).render(&mut page)?;
    commands(&program, &mut page)?;
    Ok(std::io::stdout().write_all(&page)?)
}

fn commands(program: &clap::Command, page: &mut Vec<u8>) -> Result<(), CliError> {
    for command in program.get_subcommands().filter(|command| command.get_name() != "help") {
        let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
        writeln!(page, ".SH \"{}\"", name.to_uppercase())?;
        let man = Man::new(command.clone());
        man.render_description_section(page)?;
        man.render_synopsis_section(page)?;
        if command.get_arguments().next().is_some() {
            man.render_options_section(page)?;
        }
        commands(command, page)?;
    }
    Ok(())
}
