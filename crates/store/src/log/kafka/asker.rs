//! Questions to the broker. The client waits for their answers, up to ten seconds each while the broker
//! is away, so it does that on a thread of its own.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::events::Client;
use crate::{Result, StoreError};

/// Questions that wait; more of them wait in their callers.
const WAITING_MAX: usize = 16;

type Question = Box<dyn FnOnce(&Client) + Send>;

/// Asks the broker, one question after the other.
pub(super) struct Asker {
    consumer: Arc<Client>,
    questions: mpsc::Sender<Question>,
}

impl Asker {
    pub(super) fn start(consumer: Arc<Client>) -> Result<Self> {
        let (questions, mut waiting) = mpsc::channel::<Question>(WAITING_MAX);
        let asking = Arc::clone(&consumer);
        std::thread::Builder::new()
            .name("kafka asker".to_owned())
            .spawn(move || {
                while let Some(question) = waiting.blocking_recv() {
                    question(&asking);
                }
            })
            .map_err(|error| StoreError::fatal(format!("no thread to ask Kafka with: {error}")))?;
        Ok(Self { consumer, questions })
    }

    /// The client, for reading.
    pub(super) fn consumer(&self) -> Arc<Client> {
        Arc::clone(&self.consumer)
    }

    /// The answer to a question. A caller that leaves costs nothing but the time of the answer.
    pub(super) async fn ask<T, F>(&self, question: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Client) -> T + Send + 'static,
    {
        let gone = || StoreError::fatal("the thread that asks Kafka has ended");
        let (answer, answered) = oneshot::channel();
        let asked: Question = Box::new(move |consumer| {
            if !answer.is_closed() {
                drop(answer.send(question(consumer)));
            }
        });
        self.questions.send(asked).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())
    }
}
