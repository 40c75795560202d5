//! Every bad input that the product was designed against has a test that carries its name, or a reason why it has none.

use super::house::{files_below, root};
use std::collections::BTreeSet;

/// Groups, and the numbers of their cases.
const CASES: [(&str, &str); 7] = [
    ("ht", "01 02 04 05 06 08 09 10 12 13 14 16 17 18 20 21 22 24 25 26 28 29 30 32"),
    ("bd", "01 02 04 05 06 08 09 10 12 13 14 16 17 18 20 21 22 24 25 26 28 29 30 32 33 34 36 37 38 40 41 42"),
    ("hs", "01 02 04 05 06 08 09 10 12 13 14 16 17 18 20 21 22 24 25 26 28 29 30 32 33 34 36 37 38"),
    ("rp", "01 02 04 05 06 08 09 10 12 13 14 16 17 18 20 21 22 24 25 26 28 29 30"),
    ("fs", "01 02 04 05 06 08 09 10 12 13 14 16 17 18 20 21 22 24 25 26 28 29 30 32 33 34 36 37 38 40"),
    ("cr", "01 02 04 05 06 08 09 10 12 13 14 16 17 18 20 21 22 24 25 26"),
    ("ip", "01 02 04 05 06 08 09 10 12 13 14 16"),
];

const LEFT_OUT: [(&str, &str); 2] = [
    ("cr_21", "keys are not counted: random nonces under a key for each user and hour stay far below the limit"),
    ("cr_22", "the command that rotates the ring does not exist yet"),
];

/// What a test's name says that it is about: `hs_01` and `hs_02` in `hs_01_hs_02_good_hashes_are_taken`.
fn named(name: &str) -> impl Iterator<Item = String> {
    let words: Vec<&str> = name.split('_').collect();
    let pairs: Vec<_> = words.windows(2).map(|pair| format!("{}_{}", pair[0], pair[1])).collect();
    pairs.into_iter()
}

/// Names of the tests of a file, however they are run.
fn tests_in(source: &str) -> impl Iterator<Item = &str> {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let is_test = |index: usize, lines: &[&str]| {
        let before = lines[..index].iter().rev();
        before.take_while(|line| line.starts_with("#[") || line.starts_with("//")).any(|line| line.contains("test]"))
    };
    let names: Vec<&str> = lines
        .iter()
        .enumerate()
        .filter(|(index, _)| is_test(*index, &lines))
        .filter_map(|(_, line)| line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?.split('(').next())
        .collect();
    names.into_iter()
}

#[test]
fn every_bad_input_has_a_test_or_a_reason() {
    let mut sources = Vec::new();
    for folder in ["src", "server/src", "server/tests", "sandbox/src", "sandbox/tests"] {
        files_below(&root().join(folder), ".rs", &mut sources);
    }
    let mut tested = BTreeSet::new();
    for source in sources {
        let text = std::fs::read_to_string(&source).unwrap();
        tests_in(&text).for_each(|name| tested.extend(named(name)));
    }
    let all =
        CASES.iter().flat_map(|(group, numbers)| numbers.split(' ').map(move |number| format!("{group}_{number}")));
    let all: BTreeSet<String> = all.collect();
    let excused: BTreeSet<String> = LEFT_OUT.iter().map(|(case, _)| (*case).to_owned()).collect();
    let forgotten: Vec<_> = all.iter().filter(|case| !tested.contains(*case) && !excused.contains(*case)).collect();
    assert!(forgotten.is_empty(), "neither a test nor a reason: {forgotten:?}");
    let outdated: Vec<_> = excused.iter().filter(|case| tested.contains(*case) || !all.contains(*case)).collect();
    assert!(outdated.is_empty(), "left out, and yet there is a test, or no such case: {outdated:?}");
    let unknown = |case: &&String| {
        CASES.iter().any(|(group, _)| {
            case.strip_prefix(group)
                .and_then(|rest| rest.strip_prefix('_'))
                .is_some_and(|number| number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit()))
        }) && !all.contains(*case)
    };
    let unknown: Vec<_> = tested.iter().filter(unknown).collect();
    assert!(unknown.is_empty(), "tests name cases that do not exist: {unknown:?}");
}
