//! Checks that the files named by documents exist, so that a list of files to change does not
//! become outdated.

use std::fs;
use std::path::Path;

/// The documents whose paths are checked.
pub(super) const DOCUMENTS: [&str; 4] =
    ["CONTRIBUTING.md", "ARCHITECTURE.md", "README.md", "docs/operate.md"];

/// Folders of the workspace that are in the repository.
const FOLDERS: [&str; 7] = ["crates/", "docs/", "fixtures/", "fuzz/", "web/", "xtask/", ".ci/"];

/// Lists the paths in the text that match no file or folder. `<name>` matches any name, `NNNN`
/// any number.
pub(super) fn missing(text: &str, root: &Path) -> Vec<String> {
    let missing = |path: &&str| !is_there(root, path.trim_end_matches('/'));
    paths(text).filter(missing).map(str::to_owned).collect()
}

/// Finds the paths that a text names.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let is_path = |word: &&str| FOLDERS.iter().any(|folder| word.starts_with(folder));
    quoted(text).into_iter().filter(is_path)
}

/// Extracts the text between backticks, outside of code blocks.
fn quoted(text: &str) -> Vec<&str> {
    let blocks = text.split("```").step_by(2);
    blocks.flat_map(|block| block.split('`').skip(1).step_by(2)).collect()
}

fn is_there(folder: &Path, path: &str) -> bool {
    let (name, rest) = path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut fitting = entries.filter(|entry| fits(&entry.file_name().to_string_lossy(), name));
    fitting.any(|entry| rest.is_none_or(|rest| is_there(&entry.path(), rest)))
}

/// Checks whether a name matches a pattern with `<…>` and `NNNN`.
fn fits(name: &str, pattern: &str) -> bool {
    if let Some(rest) = pattern.strip_prefix("NNNN") {
        let digits = name.trim_start_matches(|c: char| c.is_ascii_digit());
        return digits.len() < name.len() && fits(digits, rest);
    }
    if let Some((_, rest)) = pattern.strip_prefix('<').and_then(|open| open.split_once('>')) {
        let ends = name.char_indices().map(|(start, c)| start + c.len_utf8());
        return ends.into_iter().any(|end| fits(&name[end..], rest));
    }
    match (pattern.chars().next(), name.chars().next()) {
        (None, None) => true,
        (Some(wanted), Some(found)) if wanted == found => {
            fits(&name[found.len_utf8()..], &pattern[wanted.len_utf8()..])
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_for_names() {
        for (name, pattern, expected) in [
            ("de.toml", "<lang>.toml", true),
            ("de.csv", "<lang>.toml", false),
            (".toml", "<lang>.toml", false),
            ("0012_joins.sql", "NNNN_<name>.sql", true),
            ("joins.sql", "NNNN_<name>.sql", false),
            ("log", "<log|db>", true),
            ("mod.rs", "mod.rs", true),
        ] {
            assert_eq!(fits(name, pattern), expected, "{name} {pattern}");
        }
    }

    #[test]
    fn the_paths_that_documents_name_are_in_the_tree() {
        let mut count = 0;
        for document in DOCUMENTS {
            let text = fs::read_to_string(crate::root().join(document)).unwrap_or_default();
            count += paths(&text).count();
            assert_eq!(missing(&text, &crate::root()), [""; 0], "{document}");
        }
        assert!(count > 20, "only {count} paths were found");
    }

    #[test]
    fn a_file_that_is_not_there_is_found() {
        let text = "`xtask/src/tidy/<name>.rs`, `xtask/src/gone.rs`, `cargo test`, `xtask/src/`\n\
                    ```\n`fuzz/crashes/x`\n```\nand `crates/<room>/gone/<name>.rs`";
        let expected = ["xtask/src/gone.rs", "crates/<room>/gone/<name>.rs"];
        assert_eq!(missing(text, &crate::root()), expected);
    }
}
