//! Cases for sessions, the logins of browsers.

use model::{Digest, Timestamp};

use super::super::{Db, SessionRow, Urgency};

/// Runs work in a transaction of its own: `write!(db, |tx| expression)`.
macro_rules! write {
    ($db:expr, |$tx:ident| $work:expr) => {
        $db.write(Urgency::Normal, move |$tx| Box::pin(async move { $work })).await.unwrap()
    };
}

fn session(token: Digest, created: i64, expires: i64) -> SessionRow {
    let created = Timestamp(created);
    SessionRow { token, created, used: created, expires: Timestamp(expires) }
}

async fn standing(db: &Db, id: Digest, now: i64) -> Option<SessionRow> {
    db.read(move |tx| Box::pin(tx.standing_session(id, Timestamp(now)))).await.unwrap()
}

pub async fn a_session_ends_by_time_by_itself_and_with_its_token(db: Db) {
    let (token, other) = (Digest::of(b"token"), Digest::of(b"other"));
    let [a, b, c, d] = [b"a", b"b", b"c", b"d"].map(|id| Digest::of(id));
    write!(db, |tx| {
        assert!(tx.add_token(token, "desk", Timestamp(1)).await?);
        assert!(tx.add_token(other, "door", Timestamp(1)).await?);
        for (id, token, expires) in [(a, token, 20), (b, token, 90), (c, token, 90), (d, other, 90)]
        {
            tx.add_session(id, &session(token, 10, expires)).await?;
        }
        // Of a token that is not stored.
        tx.add_session(Digest::of(b"e"), &session(Digest::of(b"unknown"), 10, 90)).await
    });
    assert_eq!(standing(&db, a, 19).await, Some(session(token, 10, 20)));
    assert_eq!(standing(&db, a, 20).await, None, "it has expired");
    assert_eq!(standing(&db, Digest::of(b"e"), 11).await, None);
    assert_eq!(standing(&db, token, 11).await, None, "a token's hash is no session");

    write!(db, |tx| tx.use_session(a, Timestamp(15), Timestamp(40)).await);
    write!(db, |tx| tx.use_session(a, Timestamp(12), Timestamp(30)).await);
    let used = SessionRow { used: Timestamp(15), ..session(token, 10, 40) };
    assert_eq!(standing(&db, a, 39).await, Some(used), "an older use moves nothing back");

    assert!(write!(db, |tx| tx.revoke_session(b, Timestamp(16)).await));
    assert!(!write!(db, |tx| tx.revoke_session(b, Timestamp(17)).await), "revoked before");
    assert!(!write!(db, |tx| tx.revoke_session(token, Timestamp(17)).await), "no session");
    assert_eq!(standing(&db, b, 18).await, None);

    // The expired one and the revoked one have ended before.
    let revoked = write!(db, |tx| {
        assert_eq!(tx.revoke_token("desk", Timestamp(50)).await?, Some(token));
        assert_eq!(tx.revoke_token("desk", Timestamp(51)).await?, None);
        tx.revoke_sessions_of(token, Timestamp(50)).await
    });
    assert_eq!(revoked, 1);
    assert_eq!(standing(&db, c, 50).await, None);
    assert_eq!(standing(&db, d, 50).await, Some(session(other, 10, 90)));

    // A session of a token that another process has revoked ends too.
    write!(db, |tx| tx.revoke_token("door", Timestamp(52)).await);
    assert_eq!(standing(&db, d, 53).await, None);

    assert_eq!(write!(db, |tx| tx.prune_sessions(Timestamp(50), 9).await), 1);
    assert_eq!(write!(db, |tx| tx.prune_sessions(Timestamp(90), 3).await), 3, "a few at a time");
    assert_eq!(write!(db, |tx| tx.prune_sessions(Timestamp(90), 3).await), 1);
}
