//! The review channel: an action is held until a person releases it; nothing is sent.

use std::sync::Arc;

use async_trait::async_trait;
use model::{CHANNEL_REVIEW, Timestamp};
use net::Door;

use crate::channel_trait::{ActionView, Channel, Message, Sent};
use crate::channels::ChannelRow;

/// The row in the list of channels.
pub(super) const CHANNEL: ChannelRow = ChannelRow {
    name: CHANNEL_REVIEW,
    about: "held until a person releases it; nothing is sent",
    setting: None,
    open: |_| Ok(Arc::new(Review)),
};

/// The channel. It has no targets.
#[derive(Debug)]
struct Review;

#[async_trait]
impl Channel for Review {
    fn name(&self) -> &'static str {
        CHANNEL.name
    }

    fn prepare(&self, _: &str, _: ActionView) -> Result<Message, serde_json::Error> {
        Err(serde::ser::Error::custom("an action that is held has no message"))
    }

    async fn send(&self, _: &Door, _: &str, _: Message, _: Timestamp) -> Sent {
        Sent::Unwanted { why: "an action that is held is not sent".to_owned() }
    }
}
