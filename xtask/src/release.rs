//! `cargo xtask release`: the program to ship, with its debug information in a separate file.
//!
//! Cargo's own `strip` with `split-debuginfo = "packed"` is not sufficient: on Linux the line
//! tables stay in the program, are stripped with it, and backtraces have no lines. Backtraces and
//! debuggers find a separate file that the program names (`.gnu_debuglink`), as long as it is next
//! to the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::command::{self, cargo};

/// Builds the web app and leadq with optimisation, and writes `leadq` and `leadq.debug` to
/// `target/ship`.
pub(crate) fn run() -> Result<()> {
    crate::web::build()?;
    command::run(&mut cargo([
        "build",
        "--release",
        "--package",
        "leadq",
        "--features",
        "cluster",
    ]))?;
    let shipped = crate::target().join("ship");
    fs::create_dir_all(&shipped)?;
    let built = crate::target().join("release").join("leadq");
    for path in split(&built, &shipped)? {
        println!("{:>6.1} MB  {}", fs::metadata(&path)?.len() as f64 / 1e6, path.display());
    }
    Ok(())
}

/// Splits a program into a stripped program, which keeps its function names, and its debug
/// information.
fn split(built: &Path, folder: &Path) -> Result<[PathBuf; 2]> {
    let name = built.file_name().ok_or("the built program has no file name")?.to_string_lossy();
    let (program, debug) = (folder.join(&*name), folder.join(format!("{name}.debug")));
    let mut keep = Command::new("objcopy");
    keep.args(["--only-keep-debug", "--compress-debug-sections=zlib"]).arg(built).arg(&debug);
    command::run(&mut keep)?;
    let mut strip = Command::new("objcopy");
    let link = format!("--add-gnu-debuglink={}", debug.display());
    command::run(strip.args(["--strip-debug", &link]).arg(built).arg(&program))?;
    Ok([program, debug])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stripped_program_still_tells_lines() {
        let folder = std::env::temp_dir().join(format!("leadq-split-{}", std::process::id()));
        fs::create_dir_all(folder.join("ship")).unwrap();
        let (source, built) = (folder.join("a.rs"), folder.join("a"));
        fs::write(&source, "fn main() {\n    panic!(\"no\");\n}\n").unwrap();
        let mut rustc = Command::new("rustc");
        let args = ["-C", "debuginfo=line-tables-only", "-C", "opt-level=1", "-o"];
        command::run(rustc.current_dir(&folder).args(args).arg(&built).arg(&source)).unwrap();
        let [program, debug] = split(&built, &folder.join("ship")).unwrap();
        fs::remove_file(&built).unwrap();
        let backtrace = || {
            let output = Command::new(&program).env("RUST_BACKTRACE", "1").output().unwrap();
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            text.split_once("stack backtrace").unwrap().1.to_owned()
        };
        assert!(backtrace().contains("a.rs:2"), "{}", backtrace());
        fs::remove_file(&debug).unwrap();
        assert!(!backtrace().contains("a.rs:2"), "{}", backtrace());
        assert!(backtrace().contains("a::main"), "{}", backtrace());
        fs::remove_dir_all(&folder).unwrap();
    }
}
