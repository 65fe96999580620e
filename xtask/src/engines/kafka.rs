//! A Kafka broker from libraries that Maven copies.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::{Engine, Place, free_port};
use crate::Result;
use crate::command;

pub(super) const ENGINE: Engine = Engine { name: "kafka", make, server, is_ready, end: "-TERM" };

/// Sixteen bytes in base64; there is no other cluster that it could be confused with.
const CLUSTER: &str = "bGVhZHEtdGVzdC1jbHVzdA";
const PROPERTIES: &str = include_str!("../../engines/kafka/server.properties");

fn sources() -> PathBuf {
    crate::root().join("xtask/engines/kafka")
}

fn properties(place: &Place) -> Result<String> {
    Ok(place.data()?.join("server.properties").display().to_string())
}

fn java(place: &Place) -> Command {
    let libraries = place.folder.join("lib").join("*");
    let logging = sources().join("log4j2.properties");
    let mut java = Command::new("java");
    java.args(["-Xmx512m", "-XX:+UseSerialGC"])
        .arg(format!("-Dlog4j2.configurationFile={}", logging.display()))
        .arg("-cp")
        .arg(libraries);
    java
}

fn make(place: &Place) -> Result<()> {
    let libraries = format!("-DoutputDirectory={}", place.folder.join("lib").display());
    let mut maven = Command::new("mvn");
    maven
        .current_dir(sources())
        .args(["-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime"])
        .arg(libraries);
    command::run(&mut maven)?;
    let (port, data) = (place.port()?, place.data()?);
    let filled = PROPERTIES
        .replace("$PORT", &port.to_string())
        .replace("$CONTROLLER", &free_port()?.to_string())
        .replace("$DATA", &data.display().to_string());
    let properties = properties(place)?;
    fs::write(&properties, filled)?;
    let args = ["kafka.tools.StorageTool", "format", "--standalone", "-t", CLUSTER, "-c"];
    command::output(java(place).args(args).arg(properties))?;
    place.say("url", &format!("kafka://127.0.0.1:{port}"))
}

fn server(place: &Place) -> Result<Command> {
    let mut java = java(place);
    java.arg("kafka.Kafka").arg(properties(place)?);
    Ok(java)
}

/// Checks the log of this start for the broker's message, because the broker listens before it
/// serves.
fn is_ready(place: &Place) -> bool {
    let log = fs::read_to_string(place.log()).unwrap_or_default();
    log.contains("Kafka Server started")
}
