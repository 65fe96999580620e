//! The programs that the machine must have besides cargo, and their installation.

use std::path::Path;
use std::process::Command;

use crate::Result;
use crate::command;

/// A program that tests or builds need.
struct Tool {
    /// A command that succeeds when the program is installed.
    probe: (&'static str, &'static [&'static str]),
    /// The Debian packages that contain it.
    packages: &'static [&'static str],
}

/// The single list of programs that cargo does not install.
const TOOLS: [Tool; 7] = [
    // SQLite and the allocator are C, and the allocator is built with its own Makefile.
    Tool { probe: ("cc", &["--version"]), packages: &["gcc", "libc6-dev"] },
    Tool { probe: ("make", &["--version"]), packages: &["make"] },
    // The egress test traces system calls.
    Tool { probe: ("strace", &["-V"]), packages: &["strace"] },
    // The web app is tested in a real browser.
    Tool { probe: ("chromium", &["--version"]), packages: &["chromium", "fonts-dejavu-core"] },
    // The engines of a cluster (`cargo xtask engines`).
    Tool { probe: ("java", &["-version"]), packages: &["openjdk-17-jre-headless"] },
    Tool { probe: ("mvn", &["--version"]), packages: &["maven"] },
    Tool {
        probe: ("sh", &["-c", "ls /usr/lib/postgresql/1[5-8]/bin/postgres"]),
        packages: &["postgresql"],
    },
];

/// Components of the toolchain besides the compiler.
const COMPONENTS: [(&str, &str); 2] = [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")];

/// Installs everything that tests need, or fails with the command that would install it.
pub(crate) fn prepare() -> Result<()> {
    let components: Vec<&str> = COMPONENTS
        .into_iter()
        .filter(|(program, _)| !command::works(program, &["--version"]))
        .map(|(_, component)| component)
        .collect();
    if !components.is_empty() {
        command::run(Command::new("rustup").args(["component", "add"]).args(components))?;
    }
    let packages: Vec<&str> = TOOLS
        .iter()
        .filter(|tool| !command::works(tool.probe.0, tool.probe.1))
        .flat_map(|tool| tool.packages)
        .copied()
        .collect();
    if packages.is_empty() {
        println!("all required programs are installed");
        return Ok(());
    }
    if Path::new("/etc/debian_version").exists() && is_root() {
        return install(&packages);
    }
    Err(format!("packages are missing; run: sudo apt-get install {}", packages.join(" ")).into())
}

pub(crate) fn is_root() -> bool {
    let id = command::output(Command::new("id").arg("-u"));
    id.is_ok_and(|id| id.trim() == "0")
}

fn install(packages: &[&str]) -> Result<()> {
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        command
    };
    command::run(apt().arg("update"))?;
    command::run(apt().args(["install", "-y", "--no-install-recommends"]).args(packages))
}
