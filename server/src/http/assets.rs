//! Names of the files for browsers, as cargo-leptos wrote them.

use crate::config::Site;
use app::page::Assets;

/// Looks the names up, once: `hash.txt` beside the executable holds lines such as `js: abc123`.
pub fn find(site: &Site) -> Assets {
    let hashes = if site.hash_files { read_hashes(site) } else { String::new() };
    let address = |extension: &str| {
        let hash = hashes.lines().find_map(|line| {
            let (kind, hash) = line.split_once(':')?;
            (kind.trim() == extension).then(|| format!(".{}", hash.trim()))
        });
        format!("/{}/{}{}.{extension}", site.pkg_dir, site.output_name, hash.unwrap_or_default())
    };
    Assets { css: address("css"), js: address("js"), wasm: address("wasm") }
}

fn read_hashes(site: &Site) -> String {
    let beside = std::env::current_exe().ok().and_then(|path| Some(path.parent()?.to_path_buf()));
    let path = beside.unwrap_or_default().join(&site.hash_file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| {
        tracing::error!(file = %path.display(), %error, "the names of the files for browsers cannot be read");
        String::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(hash_file: &str) -> Site {
        Site {
            root: "target/site".into(),
            pkg_dir: "pkg".into(),
            output_name: "anytime-connect".into(),
            hash_files: true,
            hash_file: hash_file.into(),
        }
    }

    #[test]
    fn hashed_names_are_read_from_the_list() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("hash.txt");
        std::fs::write(&list, "js: aaa\nwasm: bbb\ncss: ccc\n").unwrap();
        let assets = find(&site(list.to_str().unwrap()));
        assert_eq!(assets.css, "/pkg/anytime-connect.ccc.css");
        assert_eq!(assets.js, "/pkg/anytime-connect.aaa.js");
        assert_eq!(assets.wasm, "/pkg/anytime-connect.bbb.wasm");
    }

    #[test]
    fn without_hashes_the_names_are_plain() {
        let assets = find(&Site { hash_files: false, ..site("hash.txt") });
        assert_eq!(assets.css, "/pkg/anytime-connect.css");
    }
}
