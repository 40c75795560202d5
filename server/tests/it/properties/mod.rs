//! What must hold whatever comes in. `make fuzz` looks for inputs that break it (`docs/FUZZING.md`); here the inputs that it begins
//! with, and those that it once found, are tried by every run of the tests.

mod body;
mod forwarded;
mod page;
mod reference;
mod stamp;

use super::house::root;
use std::panic::catch_unwind;

/// Tries every input of a folder, and names those that break the property.
fn replay(folder: &str, at_least: usize, holds: fn(&[u8])) {
    let folder = root().join("fuzz/corpus").join(folder);
    let inputs: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(inputs.len() >= at_least, "only {} inputs", inputs.len());
    let broken: Vec<_> = inputs
        .iter()
        .filter(|path| {
            let input = std::fs::read(path).unwrap();
            catch_unwind(|| holds(&input)).is_err()
        })
        .collect();
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn bodies_are_read_within_their_limits_and_mean_the_same_in_every_encoding() {
    replay("body", 20, body::holds);
}

#[test]
fn a_hash_is_good_for_what_php_writes_of_its_time_and_for_nothing_else() {
    replay("stamp", 10, stamp::holds);
}

#[test]
fn a_reference_opens_only_as_it_was_sealed() {
    replay("reference", 3, reference::holds);
}

#[test]
fn the_caller_is_the_rightmost_address_that_is_no_proxy_of_ours() {
    replay("forwarded", 10, forwarded::holds);
}

#[test]
fn a_return_address_leads_to_a_page_of_ours_however_a_browser_reads_it() {
    replay("page", 5, page::holds);
}
