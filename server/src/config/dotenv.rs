//! The `.env` file. The environment wins over it; a name that we do not know stops the start, for it is most likely a
//! known one with a mistake in it.

use super::{ConfigError, Place, Places, settings};
use std::path::Path;

/// Reads a `.env` file into the environment, if there is one, and notes where each value stands. Has to run while the
/// program has one thread.
pub fn load(path: &Path, places: &mut Places) -> Result<(), ConfigError> {
    for (name, _) in std::env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        refuse_unknown(name, &Place::Environment)?;
        places.note(name, Place::Environment);
    }
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(path, &error.to_string())),
    };
    for (name, place) in names(&text) {
        refuse_unknown(&name, &place)?;
        places.note(&name, place);
    }
    dotenvy::from_path(path).map_err(|error| match error {
        // Its text repeats the line, which may hold a secret.
        dotenvy::Error::LineParse(_, index) => unreadable(path, &format!("a line cannot be read (character {index})")),
        other => unreadable(path, &other.to_string()),
    })
}

/// `NAME=value` and `export NAME=value`, with the lines that they stand on.
fn names(text: &str) -> Vec<(String, Place)> {
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(index, line)| {
            let line = line.trim_start();
            let (name, _) = line.strip_prefix("export ").unwrap_or(line).split_once('=')?;
            let name = name.trim();
            let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            plain.then(|| (name.to_owned(), Place::DotEnv { line: index + 1 }))
        })
        .collect()
}

fn refuse_unknown(name: &str, place: &Place) -> Result<(), ConfigError> {
    let ours = ["ANYTIME_", "WEBHOOK_"].iter().any(|prefix| name.starts_with(prefix));
    if !ours || settings::NAMES.contains(&name) {
        return Ok(());
    }
    Err(ConfigError {
        name: name.to_owned(),
        place: place.clone(),
        problem: "there is no such setting; see `serve --help`".to_owned(),
    })
}

fn unreadable(path: &Path, problem: &str) -> ConfigError {
    ConfigError { name: path.display().to_string(), place: Place::NotSet, problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_in_the_file_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, "# a comment\nLOG_FORMAT=json\nANYTIME_PARTER_ID=x\n").unwrap();
        let error = load(&path, &mut Places::default()).unwrap_err();
        assert_eq!(error.to_string(), "ANYTIME_PARTER_ID (.env, line 3): there is no such setting; see `serve --help`");
    }

    #[test]
    fn no_file_is_fine() {
        assert_eq!(load(Path::new("/nonexistent/.env"), &mut Places::default()), Ok(()));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_not_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, "WEBHOOK_SECRETS=\"hunter2\n").unwrap();
        let error = load(&path, &mut Places::default()).unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
