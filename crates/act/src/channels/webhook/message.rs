//! The message to an endpoint: a signal with its evidence.

use model::{Action, ActionId, Points, Signal, Timestamp};
use serde::Serialize;

use super::CHANNEL;
use crate::channel_trait::{ActionView, CompanyNamed, Message};

/// The maximum number of pieces of evidence in a message, which keeps it below 20 kB. The API
/// returns the rest.
const EVIDENCE_MAX: usize = 10;

/// The JSON form of a message.
#[derive(Serialize)]
struct SignalMessage {
    r#type: &'static str,
    /// The time at which the signal was detected.
    timestamp: Timestamp,
    data: SignalData,
}

/// The `data` of a `signal.detected` message.
#[derive(Serialize)]
struct SignalData {
    /// The id of the action, the same on every attempt.
    action: ActionId,
    /// The company that the signal is about.
    company: CompanyNamed,
    /// The product that the action is for.
    product: String,
    /// The score of the company for that product, 0 to 100 points, at the time of this attempt.
    score: Points,
    /// The title of the signal's kind.
    kind_title: String,
    /// The signal, with its evidence.
    signal: Signal,
}

/// Builds the message of an action to an endpoint. Its id is the same on every attempt.
pub(super) fn prepare(endpoint: &str, view: ActionView) -> Result<Message, serde_json::Error> {
    let ActionView { company, product, score, kind_title, mut signal, detected } = view;
    let action = Action::id_of(signal.id, CHANNEL.name);
    signal.evidence.truncate(EVIDENCE_MAX);
    let data = SignalData { action, company, product, score, kind_title, signal };
    let message = SignalMessage { r#type: "signal.detected", timestamp: detected, data };
    Ok(Message { id: format!("msg_{action}_{endpoint}"), body: serde_json::to_string(&message)? })
}

#[cfg(test)]
mod tests {
    use model::{
        Day, Digest, EntityId, Evidence, ObservationId, Permille, Polarity, RunId, SignalStage,
        Slots, Span,
    };

    use super::*;

    fn signal() -> Signal {
        let entity = EntityId([1; 16]);
        let evidence = Evidence {
            look: ObservationId([2; 16]),
            url: "https://acme.example/news".to_owned(),
            snapshot_hash: Digest::of(b"bytes"),
            text_hash: Digest::of(b"text"),
            span: Span { start: 3, end: 9 },
            quote: "Acme raised €20 million".to_owned(),
            observed: Timestamp(77),
        };
        Signal {
            id: Signal::id_of("budget_event", entity, &Slots::new()),
            entity,
            kind: "budget_event".to_owned(),
            identity: Slots::new(),
            slots: Slots::new(),
            confidence: Permille::new(900),
            start: Day(20_000),
            undated: false,
            end: None,
            evidence: vec![evidence; EVIDENCE_MAX + 2],
            explanation: "it raised money".to_owned(),
            independent_sources: 1,
            half_life_days: 60,
            same_within_days: 60,
            polarity: Polarity::Positive,
            stage: SignalStage::Announced,
            pack: "budget_event/1".to_owned(),
            run: RunId::default(),
        }
    }

    #[test]
    fn a_message_is_written_as_clients_were_promised() {
        let company = CompanyNamed {
            id: EntityId([1; 16]),
            name: Some("Acme".to_owned()),
            domain: Some("acme.example".to_owned()),
            page_url: Some("https://leadq.acme.example/companies/01".to_owned()),
            entities: vec!["domain:acme.example".to_owned()],
        };
        let (product, score, signal) = ("p".to_owned(), Points(4_250), signal());
        let view = ActionView {
            company,
            product,
            score,
            kind_title: "Budget event".to_owned(),
            signal: signal.clone(),
            detected: Timestamp(0),
        };
        let message = prepare("0123456789abcdef", view).unwrap();
        let action = Action::id_of(signal.id, "webhook");
        assert_eq!(message.id, format!("msg_{action}_0123456789abcdef"));
        let mut sent = signal;
        sent.evidence.truncate(10);
        let sent = serde_json::to_string(&sent).unwrap();
        assert_eq!(
            message.body,
            format!(
                "{{\"type\":\"signal.detected\",\"timestamp\":\"1970-01-01T00:00:00Z\",\"data\":\
                 {{\"action\":\"{action}\",\"company\":{{\"id\":\"01010101010101010101010101010101\",\
                 \"name\":\"Acme\",\"domain\":\"acme.example\",\
                 \"page_url\":\"https://leadq.acme.example/companies/01\",\
                 \"entities\":[\"domain:acme.example\"]}},\"product\":\"p\",\"score\":42.5,\
                 \"kind_title\":\"Budget event\",\"signal\":{sent}}}}}"
            )
        );
    }
}
