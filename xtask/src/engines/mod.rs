//! `cargo xtask engines up|down [NAME…]`: real engines of a cluster on this machine, without
//! containers, for tests and for experiments.
//!
//! The folder of an engine is `target/engines/NAME` (or `LEADQ_ENGINES/NAME`). It holds the address
//! in `url`, the process id in `pid`, the log in `log.txt`, and in `data` the path of the data
//! folder, which is outside the workspace because a server may run as another user. `up` restarts
//! stopped engines on the same data and address.

mod kafka;
mod postgres;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;
use crate::command;

/// The timeout for an engine to become ready.
const READY_MAX: Duration = Duration::from_secs(60);
/// The time an engine has to end before it is killed.
const END_MAX: Duration = Duration::from_secs(30);
const RETRY_AFTER: Duration = Duration::from_secs(1);
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// An engine that can be started here.
struct Engine {
    name: &'static str,
    /// Creates its files, unless they exist.
    make: fn(&Place) -> Result<()>,
    /// Builds the command of the server.
    server: fn(&Place) -> Result<Command>,
    /// Checks whether the server is ready.
    is_ready: fn(&Place) -> bool,
    /// The signal for a clean shutdown.
    end: &'static str,
}

/// The single list of engines.
const ENGINES: [Engine; 2] = [kafka::ENGINE, postgres::ENGINE];

/// Lists the engines that are not running.
pub(crate) fn idle() -> Vec<String> {
    let idle = ENGINES.iter().filter(|engine| !Place::of(engine).is_alive());
    idle.map(|engine| engine.name.to_owned()).collect()
}

/// Starts the named engines and prints their addresses. A caller that continues to run must use
/// [`up_apart`]: the server is then not its child, so that a killed server does not remain as a
/// zombie and its lock file is recognised as stale.
pub(crate) fn up(names: &[String]) -> Result<()> {
    for engine in chosen(names)? {
        let place = Place::of(engine);
        let begun = Instant::now();
        place.start(engine)?;
        println!("{:<9} {}   ({:.1} s)", engine.name, place.url()?, begun.elapsed().as_secs_f64());
    }
    Ok(())
}

/// Starts the named engines from a separate process.
pub(crate) fn up_apart(names: &[String]) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    command::run(Command::new(std::env::current_exe()?).args(["engines", "up"]).args(names))
}

/// Stops the named engines and deletes their data.
pub(crate) fn down(names: &[String]) -> Result<()> {
    for engine in chosen(names)? {
        let place = Place::of(engine);
        place.stop(engine)?;
        if let Ok(data) = place.data() {
            fs::remove_dir_all(data)?;
        }
        if place.folder.exists() {
            fs::remove_dir_all(&place.folder)?;
        }
        println!("{:<9} stopped, its data deleted", engine.name);
    }
    Ok(())
}

/// Lists the names of all engines.
pub(crate) fn all() -> Vec<String> {
    ENGINES.iter().map(|engine| engine.name.to_owned()).collect()
}

fn chosen(names: &[String]) -> Result<Vec<&'static Engine>> {
    let find = |name: &String| {
        let available: Vec<&str> = ENGINES.iter().map(|engine| engine.name).collect();
        let engine = ENGINES.iter().find(|engine| engine.name == name);
        engine.ok_or_else(|| {
            format!("unknown engine {name:?}; known: {}", available.join(", ")).into()
        })
    };
    names.iter().map(find).collect()
}

/// The folder of an engine.
struct Place {
    folder: PathBuf,
}

impl Place {
    fn of(engine: &Engine) -> Self {
        let folder = match std::env::var_os("LEADQ_ENGINES") {
            Some(folder) => crate::root().join(folder),
            None => crate::root().join("target/engines"),
        };
        Self { folder: folder.join(engine.name) }
    }

    fn read(&self, name: &str) -> Result<String> {
        let path = self.folder.join(name);
        let content = fs::read_to_string(&path);
        Ok(content.map_err(|error| format!("{}: {error}", path.display()))?.trim().to_owned())
    }

    fn say(&self, name: &str, value: &str) -> Result<()> {
        Ok(fs::write(self.folder.join(name), format!("{value}\n"))?)
    }

    fn url(&self) -> Result<String> {
        self.read("url")
    }

    fn data(&self) -> Result<PathBuf> {
        self.read("data").map(PathBuf::from)
    }

    fn port(&self) -> Result<u16> {
        Ok(self.read("port")?.parse()?)
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log.txt")
    }

    fn start(&self, engine: &Engine) -> Result<()> {
        fs::create_dir_all(&self.folder)?;
        if self.read("data").is_err() {
            let port = free_port()?;
            let data = std::env::temp_dir().join(format!("leadq-{}-{port}", engine.name));
            fs::create_dir_all(&data)?;
            self.say("port", &port.to_string())?;
            (engine.make)(&Self { folder: self.folder.clone() }.with_data(&data)?)?;
        }
        if self.is_alive() && (engine.is_ready)(self) {
            return Ok(());
        }
        self.stop(engine)?;
        let begun = Instant::now();
        let mut child = self.spawn(engine)?;
        while !(engine.is_ready)(self) {
            if begun.elapsed() > READY_MAX {
                let log = self.log();
                let last = last_lines(&log);
                return Err(
                    format!("{} is not ready; {}:\n{last}", engine.name, log.display()).into()
                );
            }
            // Remains of a killed server may still block the start.
            if child.try_wait()?.is_some() {
                std::thread::sleep(RETRY_AFTER);
                child = self.spawn(engine)?;
            }
            std::thread::sleep(POLL_INTERVAL);
        }
        Ok(())
    }

    fn spawn(&self, engine: &Engine) -> Result<Child> {
        let log = fs::File::create(self.log())?;
        let mut server = (engine.server)(self)?;
        server.stdin(Stdio::null()).stderr(log.try_clone()?).stdout(log);
        // A process group of its own, so that Ctrl-C at the terminal does not reach the server.
        std::os::unix::process::CommandExt::process_group(&mut server, 0);
        let child = server.spawn().map_err(|error| format!("{}: {error}", engine.name))?;
        self.say("pid", &child.id().to_string())?;
        Ok(child)
    }

    fn with_data(self, data: &Path) -> Result<Self> {
        self.say("data", &data.display().to_string())?;
        Ok(self)
    }

    /// Stops the server; does nothing when it is not running.
    fn stop(&self, engine: &Engine) -> Result<()> {
        let Ok(pid) = self.read("pid") else { return Ok(()) };
        let begun = Instant::now();
        if self.is_alive() {
            command::works("kill", &[engine.end, &pid]);
        }
        while self.is_alive() {
            if begun.elapsed() > END_MAX {
                command::works("kill", &["-KILL", &pid]);
            }
            std::thread::sleep(POLL_INTERVAL);
        }
        Ok(fs::remove_file(self.folder.join("pid"))?)
    }

    /// Checks whether the process is running and belongs to this engine, because process ids are
    /// reused.
    fn is_alive(&self) -> bool {
        let (Ok(pid), Ok(data)) = (self.read("pid"), self.read("data")) else { return false };
        let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
        let is_zombie = stat.rsplit(')').next().is_some_and(|rest| rest.trim().starts_with('Z'));
        let command_line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        !is_zombie && String::from_utf8_lossy(&command_line).contains(&data)
    }
}

/// Finds a port that is currently free.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn last_lines(path: &Path) -> String {
    let text = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
