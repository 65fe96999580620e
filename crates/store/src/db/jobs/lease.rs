//! Leasing jobs that are due: those of a lane within its limits, and the lanes take turns.

use std::vec::IntoIter;

use model::Timestamp;

use super::rows::{LeaseRoom, LeasedJob, to_job};
use crate::Result;
use crate::db::{ReadTx, Row, Tx, params};

/// The room of a single job.
const ONE: LeaseRoom = LeaseRoom { jobs: 1, in_lane: 1, beside: 0 };

/// A lane with jobs that are due.
struct DueLane {
    name: String,
    /// The number of jobs that run in it.
    running: usize,
    /// Whether its endpoint accepted the last delivery to it.
    is_healthy: bool,
}

/// The jobs of a lane that may be leased, the first one first.
struct DueJobs {
    running: usize,
    rows: IntoIter<Row>,
}

fn to_lane(row: &Row) -> Result<DueLane> {
    let is_healthy = row.opt_int("failures")? == Some(0);
    Ok(DueLane { name: row.string("lane")?, running: row.int_as("running")?, is_healthy })
}

impl Tx {
    /// Leases the next job of a kind that is due, or whose lease has expired, unless another job
    /// of its lane is running.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn lease_due_job(
        &mut self,
        kind: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<LeasedJob>> {
        Ok(self.lease_due_jobs(kind, now, until, ONE).await?.pop())
    }

    /// Leases jobs of a kind that are due, or whose lease has expired, as many as there is room
    /// for. Of a series only one job runs at a time. A lane runs one job at a time until its
    /// endpoint has accepted a delivery, and again after a failure; so an endpoint that does not
    /// respond takes one place.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn lease_due_jobs(
        &mut self,
        kind: &str,
        now: Timestamp,
        until: Timestamp,
        room: LeaseRoom,
    ) -> Result<Vec<LeasedJob>> {
        self.release_expired(kind, now).await?;
        let mut due = Vec::new();
        if !self.due_lanes(kind, now).await?.is_empty() {
            // Two workers that query one lane at once would each see no running job there.
            self.lock("lanes").await?;
            due = self.due_in_lanes(kind, now, room).await?;
        }
        let rest = room.jobs.saturating_sub(due.len());
        due.extend(self.due_without_lane(kind, now, rest).await?);
        let mut leased = Vec::with_capacity(due.len());
        for row in due {
            leased.extend(self.lease(&row, now, until).await?);
        }
        Ok(leased)
    }

    /// Makes jobs ready again whose worker let its lease expire.
    async fn release_expired(&mut self, kind: &str, now: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE job SET state = 'ready'
             WHERE kind = $1 AND state = 'running' AND lease_until_us <= $2",
            &params![kind, now],
        )
        .await
        .map(drop)
    }

    /// Leases a job that was found due, unless it was finished or leased since.
    async fn lease(
        &mut self,
        due: &Row,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<LeasedJob>> {
        let rows = self
            .query(
                "UPDATE job SET state = 'running', attempts = attempts + 1, lease = lease + 1,
                                lease_until_us = $2
                 WHERE unique_key = $1 AND lease = $3 AND state = 'ready' AND run_at_us <= $4
                 RETURNING unique_key, kind, payload, cause, attempts, max_attempts, lease",
                &params![due.text("unique_key")?, until, due.int("lease")?, now],
            )
            .await?;
        rows.first().map(to_job).transpose()
    }
}

impl ReadTx {
    /// Lists the next due jobs of a kind that have no lane.
    async fn due_without_lane(
        &mut self,
        kind: &str,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Row>> {
        self.query(
            "SELECT unique_key, lease FROM job
             WHERE state = 'ready' AND kind = $1 AND lane IS NULL AND run_at_us <= $2
             ORDER BY run_at_us, unique_key LIMIT $3",
            &params![kind, now, i64::try_from(limit).unwrap_or(i64::MAX)],
        )
        .await
    }

    /// Lists the lanes with jobs of a kind that are due and that are not held: those with the
    /// fewest running jobs first, and of these the one that has waited longest. The cost depends on
    /// the number of lanes, not on the number of jobs.
    async fn due_lanes(&mut self, kind: &str, now: Timestamp) -> Result<Vec<DueLane>> {
        let rows = self
            .query(
                "WITH RECURSIVE head (lane) AS (
                   SELECT MIN(lane) FROM job WHERE state = 'ready' AND kind = $1
                   UNION ALL
                   SELECT (SELECT MIN(j.lane) FROM job j
                           WHERE j.state = 'ready' AND j.kind = $1 AND j.lane > head.lane)
                   FROM head WHERE head.lane IS NOT NULL)
                 SELECT lane, running, failures FROM (
                   SELECT head.lane, e.failures, e.held_until_us,
                     (SELECT MIN(w.run_at_us) FROM job w
                      WHERE w.state = 'ready' AND w.kind = $1 AND w.lane = head.lane) AS first_us,
                     (SELECT COUNT(*) FROM job r
                      WHERE r.lane = head.lane AND r.state = 'running') AS running
                   FROM head LEFT JOIN endpoint e ON e.id = head.lane
                   WHERE head.lane IS NOT NULL) AS lanes
                 WHERE first_us <= $2 AND (held_until_us IS NULL OR held_until_us <= $2)
                 ORDER BY running, first_us, lane",
                &params![kind, now],
            )
            .await?;
        rows.iter().map(to_lane).collect()
    }

    /// Lists the jobs in lanes that may be leased: one of each lane, then a second of each lane, and
    /// so on.
    async fn due_in_lanes(
        &mut self,
        kind: &str,
        now: Timestamp,
        room: LeaseRoom,
    ) -> Result<Vec<Row>> {
        let mut lanes: Vec<DueJobs> = Vec::new();
        for lane in self.due_lanes(kind, now).await? {
            let in_lane = if lane.is_healthy { room.in_lane } else { 1 };
            let free = in_lane.saturating_sub(lane.running);
            let may_lease = lane.running == 0 || room.beside > 0;
            if lanes.len() >= room.jobs {
                break;
            }
            if free > 0 && may_lease {
                let rows = self.due_in_lane(kind, now, &lane.name, free.min(room.jobs)).await?;
                lanes.push(DueJobs { running: lane.running, rows: rows.into_iter() });
            }
        }
        let (mut due, mut beside) = (Vec::new(), room.beside);
        while !lanes.is_empty() {
            lanes.retain_mut(|lane| {
                if due.len() >= room.jobs || (lane.running > 0 && beside == 0) {
                    return false;
                }
                let Some(row) = lane.rows.next() else { return false };
                beside -= usize::from(lane.running > 0);
                lane.running += 1;
                due.push(row);
                true
            });
        }
        Ok(due)
    }

    /// Lists the due jobs of a lane that are each the next of their series, while no other job of
    /// the series is running.
    async fn due_in_lane(
        &mut self,
        kind: &str,
        now: Timestamp,
        lane: &str,
        limit: usize,
    ) -> Result<Vec<Row>> {
        self.query(
            "SELECT j.unique_key, j.lease FROM job j
             WHERE j.state = 'ready' AND j.kind = $1 AND j.lane = $2 AND j.run_at_us <= $3
               AND NOT EXISTS (SELECT 1 FROM job r
                               WHERE r.lane = j.lane AND r.state = 'running'
                                 AND r.series = j.series)
               AND NOT EXISTS (SELECT 1 FROM job e
                               WHERE e.state = 'ready' AND e.lane = j.lane AND e.series = j.series
                                 AND e.run_at_us <= $3
                                 AND (e.turn, e.unique_key) < (j.turn, j.unique_key))
             ORDER BY j.run_at_us, j.turn, j.unique_key LIMIT $4",
            &params![kind, lane, now, i64::try_from(limit).unwrap_or(i64::MAX)],
        )
        .await
    }
}
