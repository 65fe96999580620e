//! A PostgreSQL cluster from the system's packages, for tests only.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::{Engine, Place};
use crate::Result;
use crate::command;

pub(super) const ENGINE: Engine = Engine { name: "postgres", make, server, is_ready, end: "-INT" };

/// The folder in which Debian installs the versions of the server.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Supported versions, of which the newest is used.
const USABLE: std::ops::RangeInclusive<u32> = 15..=18;

fn programs() -> Result<PathBuf> {
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|version| USABLE.contains(version))
        .max()
        .ok_or("PostgreSQL 15 to 18 is not installed: sudo apt-get install postgresql")?;
    Ok(PathBuf::from(VERSIONS).join(newest.to_string()).join("bin"))
}

/// Builds a command for a program of the server, as another user than root, because it refuses to
/// run as root.
fn program(name: &str) -> Result<Command> {
    let path = programs()?.join(name);
    if !crate::machine::is_root() {
        return Ok(Command::new(path));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(path);
    Ok(command)
}

fn make(place: &Place) -> Result<()> {
    let (port, data) = (place.port()?, place.data()?);
    if crate::machine::is_root() {
        command::run(Command::new("chown").arg("postgres:").arg(&data))?;
    }
    let mut initdb = program("initdb")?;
    initdb
        .current_dir(&data)
        .args(["--auth=trust", "--username=leadq", "--encoding=UTF8", "--locale=C.UTF-8", "-D"])
        .arg(&data);
    command::output(&mut initdb)?;
    place.say("url", &format!("postgres://leadq@127.0.0.1:{port}/postgres"))
}

fn server(place: &Place) -> Result<Command> {
    let (port, data) = (place.port()?, place.data()?);
    let mut postgres = program("postgres")?;
    postgres
        .current_dir(&data)
        .arg("-D")
        .arg(&data)
        .args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"])
        .args(["-c", &format!("port={port}")])
        .args(["-c", &format!("unix_socket_directories={}", data.display())]);
    Ok(postgres)
}

fn is_ready(place: &Place) -> bool {
    let Ok(port) = place.port() else { return false };
    let Ok(ready) = programs().map(|folder| folder.join("pg_isready").display().to_string()) else {
        return false;
    };
    command::works(&ready, &["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
}
