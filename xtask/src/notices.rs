//! `cargo xtask notices`: the licence texts that a shipped program must carry.
//!
//! The list is made for a release from the sources that were built, and is not kept in the
//! repository, where it would be wrong after the next `cargo update`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::command::{self, cargo};

/// Writes `THIRD-PARTY.txt` into the target folder; fails when a crate's sources are missing.
pub(crate) fn run() -> Result<()> {
    let args = ["tree", "--package", "leadq", "--edges", "normal", "--prefix", "none"];
    let tree = command::output(cargo(args).args(["--format", "{p}\t{l}"]))?;
    let mut text = String::from("leadq contains the following, under their own licences.\n");
    let crates: BTreeSet<&str> = tree.lines().filter(|line| !line.contains(" (")).collect();
    for line in &crates {
        let (package, licence) = line.split_once('\t').unwrap_or((line, "see its texts"));
        let folder = sources_of(package)?;
        let _ = write!(text, "\n{}\n{package}: {licence}\n", "=".repeat(78));
        for file in licence_files(&folder)? {
            let licence_text = String::from_utf8_lossy(&fs::read(file)?).into_owned();
            let _ = write!(text, "{}\n{}\n", "-".repeat(78), licence_text.trim_end());
        }
    }
    let path = crate::target().join("THIRD-PARTY.txt");
    fs::create_dir_all(crate::target())?;
    fs::write(&path, text)?;
    println!("{} crates in {}", crates.len(), path.display());
    Ok(())
}

/// Finds the unpacked sources of `name v1.2.3`.
fn sources_of(package: &str) -> Result<PathBuf> {
    let mut parts = package.split_whitespace();
    let name = parts.next().unwrap_or_default();
    let version = parts.next().unwrap_or_default().trim_start_matches('v');
    for registry in fs::read_dir(cargo_home()?.join("registry/src"))? {
        let folder = registry?.path().join(format!("{name}-{version}"));
        if folder.is_dir() {
            return Ok(folder);
        }
    }
    Err(format!("no sources of {package}; run cargo fetch first").into())
}

fn cargo_home() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("CARGO_HOME") {
        return Ok(PathBuf::from(folder));
    }
    let home = std::env::var_os("HOME").ok_or("neither CARGO_HOME nor HOME is set")?;
    Ok(Path::new(&home).join(".cargo"))
}

fn licence_files(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().to_uppercase());
        let starts = |name: String| {
            ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"]
                .iter()
                .any(|prefix| name.starts_with(prefix))
        };
        if path.is_file() && name.is_some_and(starts) {
            files.insert(path);
        }
    }
    Ok(files)
}
