//! Reading all acts, oldest first, a group at a time.

use crate::store::{ActRecord, Result, Store};

/// Read at once.
const GROUP: i64 = 500;

/// The acts after this row, oldest first; none at the end.
pub(super) async fn group(store: &Store, after: i64) -> Result<Vec<ActRecord>> {
    let mut acts = store.acts(None, Some(after), GROUP).await?;
    acts.reverse();
    Ok(acts)
}
