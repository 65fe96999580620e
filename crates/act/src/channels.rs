//! THE list of channels. Offering, preparing and sending all go through it, so no other code
//! depends on a particular channel. A channel is a folder here and its lines in this file.

mod review;
pub(crate) mod webhook;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::channel_trait::{Channel, ChannelTarget};

/// Every channel, in the order in which actions are offered to them.
pub const CHANNELS: [ChannelRow; 2] = [review::CHANNEL, webhook::CHANNEL];

/// The channel on which every action is claimed. Nothing further happens unless a person releases
/// the action or the settings name a target of another channel.
pub const CLAIMED_ON: &str = review::CHANNEL.name;

/// The channel of actions that are sent to the team's own endpoints.
pub const CHANNEL_WEBHOOK: &str = webhook::CHANNEL.name;

/// The channel of a delivery that names none, because only this one existed for the first
/// deliveries.
pub const CHANNEL_UNNAMED: &str = CHANNEL_WEBHOOK;

/// The function from a channel's settings, if there are any, to the channel or to the error.
pub(crate) type OpenChannel = fn(Option<Value>) -> Result<Arc<dyn Channel>, InvalidEntry>;

/// An invalid entry of a channel's setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InvalidEntry {
    /// Its position in the list, from 0, and the field; `None` if that is not known.
    pub(crate) place: Option<(usize, String)>,
    pub(crate) why: String,
}

/// A row of the list.
#[derive(Debug, Clone, Copy)]
pub struct ChannelRow {
    /// Its name in records, rows and settings.
    pub name: &'static str,
    /// The description, for a person.
    pub about: &'static str,
    /// The setting that names its targets, if it has targets.
    pub setting: Option<&'static str>,
    /// The function that validates that setting and creates the channel.
    pub(crate) open: OpenChannel,
}

/// Finds the row of a channel.
pub fn channel(name: &str) -> Option<ChannelRow> {
    CHANNELS.into_iter().find(|channel| channel.name == name)
}

/// Invalid settings of a channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("[[{setting}]]: {why}")]
pub struct InvalidChannel {
    setting: &'static str,
    place: Option<(usize, String)>,
    why: String,
}

impl InvalidChannel {
    /// Returns the path of the invalid value in the settings, such as `webhooks[0].url`.
    pub fn path(&self) -> String {
        match &self.place {
            Some((entry, field)) if field.is_empty() => format!("{}[{entry}]", self.setting),
            Some((entry, field)) => format!("{}[{entry}].{field}", self.setting),
            None => self.setting.to_owned(),
        }
    }
}

/// The configured channels; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Channels(Vec<Arc<dyn Channel>>);

impl Channels {
    /// Creates every channel of the list, each from its setting.
    ///
    /// # Errors
    /// [`InvalidChannel`].
    pub fn open(mut settings: BTreeMap<&'static str, Value>) -> Result<Self, InvalidChannel> {
        let opened = CHANNELS.into_iter().map(|row| {
            let described = row.setting.and_then(|setting| settings.remove(setting));
            let setting = row.setting.unwrap_or(row.name);
            let opened = (row.open)(described);
            opened.map_err(|InvalidEntry { place, why }| InvalidChannel { setting, place, why })
        });
        opened.collect::<Result<_, _>>().map(Self)
    }

    /// Wraps these channels, independently of the list.
    pub fn of(channels: Vec<Arc<dyn Channel>>) -> Self {
        Self(channels)
    }

    /// Iterates over the channels, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Channel> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Finds the channel of a name.
    pub fn named(&self, name: &str) -> Option<Arc<dyn Channel>> {
        self.0.iter().find(|channel| channel.name() == name).cloned()
    }

    /// Returns the targets of every channel.
    pub fn targets(&self) -> Vec<ChannelTarget> {
        self.iter().flat_map(Channel::targets).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn open(setting: Value) -> Result<Channels, InvalidChannel> {
        Channels::open(BTreeMap::from([("webhooks", setting)]))
    }

    #[test]
    fn every_row_opens_a_channel_of_its_name() {
        let channels = Channels::open(BTreeMap::new()).unwrap();
        let names: Vec<&str> = channels.iter().map(Channel::name).collect();
        assert_eq!(names, CHANNELS.map(|row| row.name));
        assert!(channels.targets().is_empty(), "nothing is sent unless the settings name a target");
        assert!(channel("review").is_some() && channel("nowhere").is_none());
        assert_eq!((CLAIMED_ON, CHANNEL_UNNAMED), ("review", "webhook"));
    }

    #[test]
    fn a_target_is_found_by_its_id_and_its_address() {
        let url = "https://hooks.example/secret-path";
        let channels = open(json!([{"url": url, "secret": SECRET}])).unwrap();
        let targets = channels.targets();
        assert_eq!(targets.len(), 1);
        assert_eq!(targets[0].shown, "https://hooks.example", "its path may be a secret");
        let webhook = channels.named("webhook").unwrap();
        assert_eq!(webhook.target(url), Some(targets[0].clone()));
        assert_eq!(webhook.target(&targets[0].id), Some(targets[0].clone()));
        assert_eq!(webhook.target("https://hooks.example/"), None);
        assert_eq!(channels.named("review").unwrap().targets(), []);
    }

    #[test]
    fn reports_invalid_settings() {
        for (setting, expected) in [
            (json!([{"url": "https://hooks.example/"}]), "secret is missing"),
            (json!([{"url": "https://hooks.example/", "secret": "x"}]), "whsec_"),
            (json!([{"url": "ftp://hooks.example/", "secret": SECRET}]), "write https://…"),
            (
                json!([{"url": "https://a.example/", "secret": SECRET, "score_min": 101}]),
                "0 to 100",
            ),
            (
                json!([{"url": "https://a.example/", "secret": SECRET, "kind": "x"}]),
                "there is no field kind; the fields are url, secret, ",
            ),
            (json!("https://hooks.example/"), "but must be a list"),
        ] {
            let error = open(setting.clone()).unwrap_err().to_string();
            assert!(
                error.starts_with("[[webhooks]]: ") && error.contains(expected),
                "{setting}: {error}"
            );
        }
    }
}
