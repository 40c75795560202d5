//! An input is the id of a link intent, sixteen bytes, and what is then done to its custom reference: a place, and what is
//! written there.

use domain::ids::IntentId;
use server::clock::{ManualClock, Moment};
use server::secret::Secret;
use server::store::Store;
use server::vault::{KeyRing, Vault};
use std::sync::{Arc, LazyLock};

/// Copies of copies end here, or few of them would fill the memory.
const LONG: usize = 4_096;

/// Ours, one of the same keys and another partner, and one of other keys.
static VAULTS: LazyLock<[Vault; 3]> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (ours, another) = (ring(), ring());
        let read = |file: &tempfile::NamedTempFile| KeyRing::read(file.path()).unwrap();
        [
            open(read(&ours), "partner").await,
            open(read(&ours), "another partner").await,
            open(read(&another), "partner").await,
        ]
    })
});

fn ring() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::remove_file(file.path()).unwrap();
    KeyRing::create(file.path()).unwrap();
    file
}

/// References need the keys only; the store is there while the vault is opened, and then it is gone.
async fn open(ring: KeyRing, partner: &str) -> Vault {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Secret::new(format!("sqlite://{}/it.db", folder.path().display()))).await.unwrap();
    store.migrate().await.unwrap();
    let vault = Vault::open(ring, store.clone(), Arc::new(ManualClock::at(Moment(0))), partner).await.unwrap();
    store.close().await;
    vault
}

pub(crate) fn holds(input: &[u8]) {
    let [ours, other_partner, other_keys] = &*VAULTS;
    if let Ok(text) = std::str::from_utf8(input) {
        assert!(ours.open_reference(text).is_err(), "nobody sealed {text:?}");
    }
    let Some((id, edits)) = input.split_at_checked(16) else { return };
    let intent = IntentId::parse(hex::encode(id)).unwrap();
    let sealed = ours.seal_reference(&intent);
    assert!(sealed.len() <= 255, "the vendor takes no more");
    assert!(sealed.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)), "{sealed}");
    assert_eq!(ours.open_reference(&sealed), Ok(intent.clone()));
    assert!(other_partner.open_reference(&sealed).is_err() && other_keys.open_reference(&sealed).is_err());
    let changed = change(&sealed, edits);
    assert_eq!(ours.open_reference(&changed).is_ok(), changed == sealed, "{sealed} as {changed}");
}

fn change(sealed: &str, edits: &[u8]) -> String {
    let mut bytes = sealed.as_bytes().to_vec();
    for edit in edits.chunks_exact(2) {
        let at = usize::from(edit[0]) % (bytes.len() + 1);
        match edit[1] {
            0 if at < bytes.len() => drop(bytes.remove(at)),
            1 => bytes.truncate(at),
            2 => bytes.rotate_left(at),
            3 if bytes.len() < LONG => bytes.extend_from_within(at..),
            letter if at < bytes.len() => bytes[at] = letter,
            letter => bytes.push(letter),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
