//! Which engines the settings name: one match for each.

use std::sync::Arc;

use anyhow::bail;
#[cfg(feature = "postgres")]
use store::db::Postgres;
use store::db::{Db, Sqlite};
#[cfg(feature = "kafka")]
use store::log::KafkaLog;
use store::log::{EventLog, SqliteLog};

use crate::config::Settings;

/// Opens the database and the log.
pub(crate) async fn open(settings: &Settings) -> anyhow::Result<(Db, Arc<dyn EventLog>)> {
    let db = match scheme(&settings.db) {
        "sqlite" => Db::new(Arc::new(Sqlite::open(&settings.database()).await?)),
        #[cfg(feature = "postgres")]
        "postgres" => Db::new(Arc::new(Postgres::open(&settings.db).await?)),
        scheme => bail!("db: this leadq was built without {scheme}"),
    };
    let log: Arc<dyn EventLog> = match scheme(&settings.log) {
        "sqlite" => Arc::new(SqliteLog::open(db.clone()).await?),
        #[cfg(feature = "kafka")]
        "kafka" => Arc::new(KafkaLog::open(&settings.log)?),
        scheme => bail!("log: this leadq was built without {scheme}"),
    };
    Ok((db, log))
}

/// What is before the colon.
fn scheme(url: &str) -> &str {
    url.split(':').next().unwrap_or_default()
}
