//! Requests to the broker. The client blocks until the response, up to ten seconds each while the
//! broker is unreachable, so the requests run on a separate thread.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::events::Client;
use crate::{Result, StoreError};

/// The maximum number of queued requests; more of them wait in their callers.
const WAITING_MAX: usize = 16;

type Question = Box<dyn FnOnce(&Client) + Send>;

/// A handle to a thread that sends requests to the broker, one after the other.
pub(super) struct BrokerRequests {
    consumer: Arc<Client>,
    questions: mpsc::Sender<Question>,
}

impl BrokerRequests {
    pub(super) fn start(consumer: Arc<Client>) -> Result<Self> {
        let (questions, mut waiting) = mpsc::channel::<Question>(WAITING_MAX);
        let thread_consumer = Arc::clone(&consumer);
        std::thread::Builder::new()
            .name("kafka broker".to_owned())
            .spawn(move || {
                while let Some(question) = waiting.blocking_recv() {
                    question(&thread_consumer);
                }
            })
            .map_err(|error| StoreError::fatal(format!("cannot start Kafka's thread: {error}")))?;
        Ok(Self { consumer, questions })
    }

    /// Returns the client, for reading.
    pub(super) fn consumer(&self) -> Arc<Client> {
        Arc::clone(&self.consumer)
    }

    /// Sends a request and returns the response. The request of a cancelled caller is skipped
    /// unless it has already started.
    pub(super) async fn ask<T, F>(&self, question: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Client) -> T + Send + 'static,
    {
        let stopped = || StoreError::fatal("the thread for requests to Kafka has stopped");
        let (answer, answered) = oneshot::channel();
        let request: Question = Box::new(move |consumer| {
            if !answer.is_closed() {
                drop(answer.send(question(consumer)));
            }
        });
        self.questions.send(request).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())
    }
}
