//! What the log looks like. What may be in it: never a body, a token, a cookie or an address.

use std::io::{self, IsTerminal as _, Write};
use std::sync::OnceLock;
use tracing_subscriber::EnvFilter;

/// What this node is called, once that is known.
static NODE: OnceLock<String> = OnceLock::new();

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines: one JSON object per line, so that nothing that is logged can pretend to be another line.
    Json,
}

/// Sends the log to standard error. Without a choice: pretty on a terminal, else JSON. `RUST_LOG` says how much.
pub fn start(format: Option<LogFormat>) {
    let on_terminal = io::stderr().is_terminal();
    let format = format.unwrap_or(if on_terminal { LogFormat::Pretty } else { LogFormat::Json });
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter);
    // A second start, as tests may do, keeps the first.
    let _already_started = match format {
        LogFormat::Pretty => builder.with_writer(io::stderr).with_ansi(on_terminal).try_init().is_err(),
        LogFormat::Json => builder.json().flatten_event(true).with_writer(|| Named(io::stderr())).try_init().is_err(),
    };
}

/// From now on each line for machines says which node wrote it. Only the first name counts.
pub fn name_node(name: &str) {
    let _named_already = NODE.set(name.to_owned()).is_err();
}

/// Puts the node's name in front of each object. An object comes as one piece.
struct Named<W>(W);

impl<W: Write> Write for Named<W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        match (NODE.get(), piece.strip_prefix(b"{")) {
            (Some(node), Some(rest)) => self.0.write_all(&[b"{\"node\":\"", node.as_bytes(), b"\",", rest].concat())?,
            _ => self.0.write_all(piece)?,
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_says_which_node_wrote_it() {
        name_node("web-1");
        let mut log = Vec::new();
        for line in ["{\"level\":\"INFO\"}\n", "no object\n"] {
            Named(&mut log).write_all(line.as_bytes()).unwrap();
        }
        assert_eq!(String::from_utf8(log).unwrap(), "{\"node\":\"web-1\",\"level\":\"INFO\"}\nno object\n");
    }
}
