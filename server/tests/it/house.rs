//! The house is as its papers say.

use std::path::{Path, PathBuf};

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(super) fn files_below(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

#[test]
fn every_path_that_a_document_names_exists() {
    let mut documents = vec![root().join("README.md"), root().join("CONTRIBUTING.md"), root().join("SECURITY.md")];
    files_below(&root().join("docs"), ".md", &mut documents);
    let mut links = 0;
    for document in &documents {
        let text = std::fs::read_to_string(document).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            if path.is_empty() || path.starts_with("http") || path.starts_with("mailto:") {
                continue;
            }
            links += 1;
            assert!(document.with_file_name("").join(path).exists(), "{} names {path}", document.display());
        }
    }
    assert!(links > 30, "the documents name many paths");
}

#[test]
fn the_walks_of_the_map_name_files_that_exist() {
    let text = std::fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let walks: Vec<_> =
        text.split("```").nth(1).unwrap().split_whitespace().filter(|word| word.contains('/')).collect();
    let named: Vec<_> = walks.iter().filter(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'/')).collect();
    assert!(named.len() >= 6, "{named:?}");
    for path in named {
        let file = root().join("server/src").join(format!("{path}.rs"));
        assert!(file.exists(), "{path}");
    }
}

#[test]
fn no_page_writes_what_the_framework_would_not_escape() {
    let mut sources = Vec::new();
    files_below(&root().join("app/src"), ".rs", &mut sources);
    assert!(sources.len() > 20);
    for source in sources {
        let text = std::fs::read_to_string(&source).unwrap();
        for raw in ["inner_html", "<textarea", "style="] {
            // The one place that makes a text harmless itself.
            let minded = source.ends_with("ui/area.rs") && raw != "style=";
            assert!(minded || !text.contains(raw), "{} contains {raw}", source.display());
        }
        // The framework writes titles as they are, so they are words of ours.
        for title in text.split("<Title ").skip(1) {
            let ours = ["text=texts.", "text=\"", "formatter="];
            let told_apart = source.ends_with("pages/error.rs") && title.starts_with("text=title/>");
            assert!(told_apart || ours.iter().any(|start| title.starts_with(start)), "{}", source.display());
        }
    }
}
