//! The scenarios that ship with the stand-in.

use super::{Scenario, ScenarioError};

/// Good behaviour.
pub const FINE: &str = "fine";

/// Name and text of each, the good one first.
pub const FILES: [(&str, &str); 18] = [
    (FINE, include_str!("../../scenarios/fine.toml")),
    ("twice", include_str!("../../scenarios/twice.toml")),
    ("late-and-shuffled", include_str!("../../scenarios/late-and-shuffled.toml")),
    ("lost", include_str!("../../scenarios/lost.toml")),
    ("wrong-hash", include_str!("../../scenarios/wrong-hash.toml")),
    ("reused-signature", include_str!("../../scenarios/reused-signature.toml")),
    ("changed-retry", include_str!("../../scenarios/changed-retry.toml")),
    ("changed-after-cut", include_str!("../../scenarios/changed-after-cut.toml")),
    ("php-floats", include_str!("../../scenarios/php-floats.toml")),
    ("latin-1", include_str!("../../scenarios/latin-1.toml")),
    ("cut-connections", include_str!("../../scenarios/cut-connections.toml")),
    ("backwards", include_str!("../../scenarios/backwards.toml")),
    ("same-txid", include_str!("../../scenarios/same-txid.toml")),
    ("revoked-in-popup", include_str!("../../scenarios/revoked-in-popup.toml")),
    ("api-too-many", include_str!("../../scenarios/api-too-many.toml")),
    ("api-broken", include_str!("../../scenarios/api-broken.toml")),
    ("mixed-up-customers", include_str!("../../scenarios/mixed-up-customers.toml")),
    ("storm", include_str!("../../scenarios/storm.toml")),
];

pub fn names() -> Vec<&'static str> {
    FILES.iter().map(|(name, _)| *name).collect()
}

pub fn find(name: &str) -> Result<Scenario, ScenarioError> {
    let found = FILES.iter().find(|(known, _)| *known == name);
    let (name, text) = found.ok_or_else(|| ScenarioError::Unknown(name.to_owned()))?;
    Scenario::parse(name, text)
}

/// Every scenario; those of the stand-in can all be read, as a test says.
pub fn all() -> impl Iterator<Item = Scenario> {
    FILES.iter().filter_map(|(name, text)| Scenario::parse(name, text).ok())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::{FINE, Scenario, find, names};

    #[test]
    fn every_scenario_can_be_read_and_says_what_it_is_about() {
        for name in names() {
            let scenario = find(name).unwrap();
            assert!(!scenario.about.is_empty(), "{name}");
            let harmless = Scenario { name: name.to_owned(), about: scenario.about.clone(), ..Scenario::default() };
            assert_eq!(scenario == harmless, name == FINE, "{name}");
        }
    }

    #[test]
    fn every_file_is_listed() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let files: BTreeSet<_> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        assert_eq!(files, names().into_iter().map(str::to_owned).collect());
    }
}
