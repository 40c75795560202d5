//! The mails of a server, as they lie in its folder.

use super::world::World;
use std::path::PathBuf;
use std::time::Duration;

/// Mails, the oldest first.
fn files(world: &World) -> Vec<PathBuf> {
    let folder = world.folder.path().join("mail");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
        .collect();
    // Their names tell the time of a clock that stands.
    files.sort_by_key(|file| file.metadata().unwrap().modified().unwrap());
    files
}

/// Waits until so many mails were sent, and gives their texts with soft line ends taken out.
pub(super) async fn letters(world: &World, count: usize) -> Vec<String> {
    let waiting = async {
        while files(world).len() < count {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("a mail should be sent");
    files(world).into_iter().map(|file| readable(&std::fs::read_to_string(file).unwrap())).collect()
}

/// Waits until nothing is left to be sent, and says how many mails there are.
pub(super) async fn sent(world: &World) -> usize {
    let waiting = async {
        while world.services.store.count_mails(1).await.unwrap().0 > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("mails should be sent");
    files(world).len()
}

/// Quoted-printable, as far as links and plain words need it.
fn readable(text: &str) -> String {
    text.replace("=\r\n", "").replace("=3D", "=").replace("\r\n", "\n")
}

/// The path of the only link of ours in a mail that begins like this.
pub(super) fn link(world: &World, letter: &str, path: &str) -> String {
    let start = format!("{}{path}", world.origin());
    let link = letter.split_whitespace().find(|word| word.starts_with(&start));
    link.unwrap_or_else(|| panic!("no link to {path} in\n{letter}"))[world.origin().len()..].to_owned()
}
