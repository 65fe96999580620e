//! Settings: the shipped `leadq.toml` holds the defaults, and the user's file overrides them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use act::Channels;
use anyhow::Context as _;
use flow::PublicUrl;
use serde::{Deserialize, Deserializer};
use store::engines::EngineRole;
use toml::{Table, Value};

use crate::cli::CommonArgs;
use crate::known_values;
use crate::toml_input::TomlInput;

/// The defaults.
const DEFAULTS: &str = include_str!("../../../leadq.toml");
/// The settings file that is read without `--config`.
const DEFAULT_FILE: &str = "leadq.toml";
/// The URL of the store of pages and texts; it cannot be configured yet.
const BLOBS_URL: &str = "file:blobs";

/// A usage error: input of the user that is not valid. The exit code is 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub(crate) String);

/// All settings, as described in `leadq.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) data_dir: PathBuf,
    pub(crate) log: String,
    pub(crate) db: String,
    pub(crate) search: String,
    pub(crate) partitions: u32,
    pub(crate) body_bytes_max: usize,
    pub(crate) attempts_max: i64,
    pub(crate) plain_http: bool,
    pub(crate) retention: RetentionSettings,
    pub(crate) user_agent: String,
    pub(crate) allow: Vec<SocketAddr>,
    pub(crate) crawl_allow: Vec<SocketAddr>,
    pub(crate) hosts: BTreeMap<String, SocketAddr>,
    pub(crate) trusted_proxies: Vec<IpAddr>,
    #[serde(deserialize_with = "public_url")]
    pub(crate) public_url: Option<PublicUrl>,
    /// The channels that actions go to, each opened with its own setting.
    #[serde(skip)]
    pub(crate) channels: Channels,
}

/// Reads the address of the web app; an empty text is none.
fn public_url<'de, D: Deserializer<'de>>(value: D) -> Result<Option<PublicUrl>, D::Error> {
    let text = String::deserialize(value)?;
    let url = Some(text.as_str()).filter(|text| !text.trim().is_empty());
    url.map(str::parse).transpose().map_err(serde::de::Error::custom)
}

/// The days for which data is kept that no result depends on; 0 means for ever.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetentionSettings {
    pub(crate) jobs_days: u16,
    pub(crate) log_days: u16,
    pub(crate) raw_days: u16,
}

/// The settings and the file they were read from.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) settings: Settings,
    /// The user's file, if there is one.
    pub(crate) file: Option<PathBuf>,
    /// Whether that file contains a secret or a password.
    pub(crate) has_secrets: bool,
}

impl Config {
    /// Loads the settings: the defaults, overridden by the user's file, the environment and flags.
    pub(crate) fn load(common: &CommonArgs) -> anyhow::Result<Self> {
        let file = match &common.config {
            Some(path) => Some(path.clone()),
            None => Some(PathBuf::from(DEFAULT_FILE)).filter(|path| path.is_file()),
        };
        let text = match &file {
            Some(path) => std::fs::read_to_string(path).with_context(|| {
                format!(
                    "cannot read the settings in {}; choose another file with --config",
                    path.display()
                )
            })?,
            None => String::new(),
        };
        let name = file.as_deref().unwrap_or(Path::new(DEFAULT_FILE)).display().to_string();
        let mut settings = overlay(&name, &text)?;
        if let Some(folder) = &common.data_dir {
            settings.data_dir.clone_from(folder);
        }
        let has_secrets =
            text.parse::<Table>().is_ok_and(|table| has_secrets(&Value::Table(table)));
        Ok(Self { settings, file, has_secrets })
    }
}

/// Returns whether a setting is named as a secret, or is a URL with a password.
fn has_secrets(value: &Value) -> bool {
    match value {
        Value::Table(table) => {
            let is_secret = |name: &str| name.starts_with("secret") || name.starts_with("password");
            table.iter().any(|(name, value)| is_secret(name) || has_secrets(value))
        }
        Value::Array(values) => values.iter().any(has_secrets),
        Value::String(text) => {
            let user = text.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@'));
            user.is_some_and(|(user, _)| user.contains(':')) || text.contains("password=")
        }
        _ => false,
    }
}

/// Applies the user's settings to the defaults, and checks the result.
fn overlay(name: &str, text: &str) -> Result<Settings, UsageError> {
    let input = TomlInput { name, text, sample: DEFAULTS };
    let mut settings: Table = TomlInput { text: DEFAULTS, ..input }.table()?;
    let channel_settings = || act::CHANNELS.into_iter().filter_map(|channel| channel.setting);
    for (key, value) in input.table()? {
        if !settings.contains_key(&key) && !channel_settings().any(|setting| setting == key) {
            let channel_settings = channel_settings().map(str::to_owned);
            let valid: BTreeSet<String> =
                settings.keys().cloned().chain(channel_settings).collect();
            let valid = valid.into_iter().collect::<Vec<_>>().join(", ");
            let problem = format!("there is no setting {key:?}; the settings are {valid}");
            return Err(input.invalid(&key, &problem));
        }
        let group = settings.get_mut(&key).and_then(Value::as_table_mut);
        match (group, value.as_table()) {
            // The settings of a group that are not named keep their defaults.
            (Some(group), Some(own)) => group.extend(own.clone()),
            _ => {
                settings.insert(key, value);
            }
        }
    }
    let mut channels = BTreeMap::new();
    for setting in channel_settings() {
        if let Some(value) = settings.remove(setting) {
            let value = serde_json::to_value(value)
                .map_err(|error| input.invalid(setting, &error.to_string()))?;
            channels.insert(setting, value);
        }
    }
    let mut settings: Settings = input.read(settings)?;
    settings.check().map_err(|(setting, problem)| input.invalid(setting, &problem))?;
    settings.channels = Channels::open(channels)
        .map_err(|error| input.invalid(&error.path(), &error.to_string()))?;
    for channel in settings.channels.iter() {
        let setting = act::channel(channel.name()).and_then(|row| row.setting);
        let setting = setting.unwrap_or(channel.name());
        for kind in channel.kinds() {
            known_values::kind(&kind).map_err(|problem| {
                input.invalid(setting, &format!("[[{setting}]] kinds: {problem}"))
            })?;
        }
    }
    Ok(settings)
}

impl Settings {
    /// Checks values that depend on others, or on more than their type.
    ///
    /// # Errors
    ///
    /// The setting, and the problem.
    fn check(&self) -> Result<(), (&'static str, String)> {
        let roles = [
            ("log", EngineRole::Log, &self.log),
            ("db", EngineRole::Db, &self.db),
            ("search", EngineRole::Search, &self.search),
        ];
        for (name, role, url) in roles {
            role.check(url).map_err(|error| (name, error.to_string()))?;
        }
        if EngineRole::Log.is_embedded(&self.log) != EngineRole::Db.is_embedded(&self.db) {
            let problem = "log and db: both must belong to the cluster, or both be embedded";
            return Err(("log", problem.to_owned()));
        }
        if !self.is_cluster() && self.log != self.db {
            let hint = "the embedded log and database are one file; name the same in both";
            return Err(("db", format!("log = {:?} and db = {:?}: {hint}", self.log, self.db)));
        }
        let positive = [
            ("partitions", i64::from(self.partitions)),
            ("body_bytes_max", i64::try_from(self.body_bytes_max).unwrap_or(i64::MAX)),
            ("attempts_max", self.attempts_max),
        ];
        match positive.into_iter().find(|(_, value)| *value < 1) {
            Some((name, value)) => Err((name, format!("{name} = {value}: must be 1 or more"))),
            None => Ok(()),
        }
    }

    /// Returns whether the engines are those of a cluster, which other processes may use too.
    pub(crate) fn is_cluster(&self) -> bool {
        !EngineRole::Db.is_embedded(&self.db)
    }

    /// Returns the path of the database file.
    pub(crate) fn database(&self) -> anyhow::Result<PathBuf> {
        Ok(EngineRole::Db.path(&self.db, &self.data_dir)?)
    }

    /// Returns the URL of the store of pages and texts.
    pub(crate) const fn blobs(&self) -> &'static str {
        BLOBS_URL
    }

    /// Builds the settings of the door.
    pub(crate) fn out(&self) -> net::NetSettings {
        let mut out = net::NetSettings::new(&self.user_agent);
        out.allow.clone_from(&self.allow);
        out.crawl_allow.clone_from(&self.crawl_allow);
        let rule = |(pattern, address): (&String, &SocketAddr)| net::HostRule {
            pattern: pattern.clone(),
            address: *address,
        };
        out.hosts = self.hosts.iter().map(rule).collect();
        out
    }

    /// Builds the settings of the crawler.
    pub(crate) fn crawl(&self) -> ingest::CrawlSettings {
        let agent = self.user_agent.split(['/', ' ']).next().unwrap_or_default().to_owned();
        ingest::CrawlSettings {
            agent,
            body_bytes_max: self.body_bytes_max,
            ..ingest::CrawlSettings::default()
        }
    }

    /// Builds the limits of the server's connections, after raising the process's limit of open
    /// files.
    pub(crate) fn connections(&self) -> server::ConnectionLimits {
        server::ConnectionLimits {
            trusted_proxies: self.trusted_proxies.clone(),
            ..server::ConnectionLimits::of_process()
        }
    }

    /// Builds the limits of the journey.
    pub(crate) fn limits(&self) -> flow::JourneyLimits {
        flow::JourneyLimits {
            partitions: self.partitions,
            body_bytes_max: self.body_bytes_max,
            attempts_max: self.attempts_max,
            retention: flow::RetentionLimits {
                jobs_days: self.retention.jobs_days,
                log_days: self.retention.log_days,
                raw_days: self.retention.raw_days,
            },
            ..flow::JourneyLimits::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_journey() {
        let settings = overlay("leadq.toml", "").unwrap();
        let (ours, theirs) = (settings.limits(), flow::JourneyLimits::default());
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
        assert_eq!(settings.database().unwrap(), Path::new("data/leadq.db"));
        let search = EngineRole::Search.path(&settings.search, &settings.data_dir);
        assert_eq!(search.unwrap(), Path::new("data/search"));
    }

    #[test]
    fn errors_name_the_cause() {
        for (text, expected) in [
            ("data_folder = \"x\"", ", line 1: there is no setting \"data_folder\""),
            (
                "\npartitions = \"four\"",
                "my.toml, line 2: partitions is the text \"four\", but must be a whole number, not below 0; \
                 for example: partitions = 4",
            ),
            ("partitions = 0", "partitions = 0: must be 1 or more"),
            (
                "plain_http = \"yes\"",
                "plain_http is the text \"yes\", but must be true or false; for example: plain_http = false",
            ),
            (
                "[retention]\njobs_days = -1",
                "line 2: retention.jobs_days is the number -1, but must be a whole number from 0 to 65535; \
                 for example: retention.jobs_days = 7",
            ),
            (
                "retention.weeks = 1",
                "there is no field retention.weeks; the fields are jobs_days, ",
            ),
            ("allow = [\n  \"10.0.0.7\",\n]", "my.toml, line 2: allow[0]"),
            ("hosts = [\"x\"]", "hosts is a list, but must be a group of named fields"),
            ("public_url = \"leadq.acme.example\"", "write for example https://"),
            #[cfg(not(feature = "kafka"))]
            ("log = \"kafka://broker:9092\"", "only the embedded engines"),
            #[cfg(feature = "kafka")]
            ("log = \"kafka://broker:9092\"", "both must belong to the cluster"),
            ("log = \"rabbit://broker\"", "or \"kafka://…\""),
            ("search = \"sqlite:leadq.db\"", "write \"tantivy:search\""),
            ("db = \"sqlite:other.db\"", "name the same in both"),
            ("db = ", "my.toml, line 1: `db =` is no TOML: write name = value"),
            ("db = \"a\"\ndb = \"b\"", "line 2: it is given twice: `db = \"b\"`"),
            ("[[webhooks]]\nurl = \"https://hooks.example/\"\nsecret = \"x\"", "whsec_"),
            (
                "[[webhooks]]\nurl = \"https://hooks.example/\"",
                "line 1: [[webhooks]]: number 1: secret is missing; for example: secret = \"whsec_…\"",
            ),
            ("[[webhooks]]\nurl = 7", "line 2: [[webhooks]]: number 1: url is the number 7"),
            (
                "[[webhooks]]\nurl = \"https://hooks.example/\"\n\
                 secret = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"\nkinds = [\"hiring_spke\"]",
                "[[webhooks]] kinds: there is no kind of signal \"hiring_spke\"; did you mean",
            ),
        ] {
            let error = overlay("my.toml", text).unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("my.toml"), "{text}: {error}");
            for library in ["TOML parse", "expected", "invalid type", "field `"] {
                assert!(!error.contains(library), "{text}: {error}");
            }
        }
        assert_eq!(overlay("my.toml", "partitions = 9").unwrap().partitions, 9);
        assert!(!overlay("my.toml", "").unwrap().plain_http, "only if the operator allows it");
        assert!(overlay("my.toml", "plain_http = true").unwrap().plain_http);
        let retention = overlay("my.toml", "[retention]\nlog_days = 30").unwrap().retention;
        assert_eq!((retention.jobs_days, retention.log_days), (7, 30), "the others keep theirs");
    }

    #[test]
    fn a_file_with_a_secret_is_recognized() {
        for (text, expected) in [
            ("", false),
            ("partitions = 9\nuser_agent = \"bot/1 (+https://acme.example/a@b)\"", false),
            ("[[webhooks]]\nurl = \"https://hooks.example/\"\nsecret = \"whsec_x\"", true),
            ("db = \"postgres://leadq@db.internal/leadq\"", false),
            ("db = \"postgres://leadq:word@db.internal/leadq\"", true),
            ("db = \"postgres://db.internal/leadq?user=a&password=word\"", true),
        ] {
            let table: Table = text.parse().unwrap();
            assert_eq!(has_secrets(&Value::Table(table)), expected, "{text}");
        }
    }
}
