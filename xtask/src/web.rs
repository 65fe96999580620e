//! The web app: its packages, its build, its checks. Without npm, leadq still builds and shows a
//! notice in place of the app.

use std::process::Command;

use crate::Result;
use crate::command;
use crate::report::{Report, Skipped};

/// The oldest supported Node version (major, minor).
const NODE_MIN: (u32, u32) = (20, 19);

/// Builds `web/dist`; the error names the missing program.
pub(crate) fn build() -> Result<()> {
    ready()?;
    install("web")?;
    command::run(npm("web").args(["run", "--silent", "build"]))
}

/// Checks whether this machine can build the app.
fn ready() -> Result<()> {
    let output = command::output(Command::new("node").arg("--version"));
    let output = output.map_err(|_| "node is missing: install Node 20.19 or later, with npm")?;
    let mut numbers = output.trim().trim_start_matches('v').split('.').map(str::parse::<u32>);
    let version = match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor),
        _ => return Err(format!("node reports the invalid version {:?}", output.trim()).into()),
    };
    if version < NODE_MIN {
        let (major, minor) = NODE_MIN;
        return Err(format!("node {} is too old; {major}.{minor} is needed", output.trim()).into());
    }
    if command::works("npm", &["--version"]) { Ok(()) } else { Err("npm is missing".into()) }
}

/// Runs every check of the app, with the browser tests last.
pub(crate) fn check(report: &Report) {
    if let Err(error) = ready() {
        let reason = error.to_string();
        report.skip(Skipped { name: "the web app".to_owned(), reason, excused: false });
        return;
    }
    report.beside("web: packages", || {
        install("web")?;
        install("web/tools/api-gen")
    });
    report.beside("web: build", || command::run(npm("web").args(["run", "--silent", "build"])));
    report
        .beside("web: types, lint", || command::run(npm("web").args(["run", "--silent", "check"])));
    report.beside("web: tests", || command::run(npm("web").args(["run", "--silent", "test"])));
    report
        .beside("web: in a browser", || command::run(npm("web").args(["run", "--silent", "e2e"])));
}

/// Runs the tests of the wall and the company page again, against the program that was built.
pub(crate) fn check_product(report: &Report) {
    if ready().is_ok() {
        report.beside("the product in a browser", || {
            let leadq = crate::target().join("debug").join("leadq");
            command::run(npm("web").args(["run", "--silent", "product", "--"]).arg(leadq))
        });
    }
}

/// Installs exactly the locked packages; does nothing when they are installed.
fn install(folder: &str) -> Result<()> {
    let mut list = npm(folder);
    list.args(["ls", "--all", "--silent"]).stdout(std::process::Stdio::null());
    if command::output(&mut list).is_ok() {
        return Ok(());
    }
    command::run(npm(folder).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
}

fn npm(folder: &str) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(crate::root().join(folder));
    command
}
