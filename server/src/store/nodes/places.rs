//! Places for live streams: each user has so many, wherever her streams are.

use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::{Result, Store};
use domain::ids::UserId;

impl Store {
    /// Takes one of a user's first `most` places for a stream of this node. False where all are taken by nodes that were seen
    /// since `alive`.
    pub async fn take_place(&self, user: &UserId, stream: &str, most: i64, alive: Moment) -> Result<bool> {
        let rows = sqlx::query(
            "SELECT stream_places.place
             FROM stream_places
             JOIN nodes ON nodes.id = stream_places.node_id
             WHERE stream_places.user_id = $1
             AND nodes.seen_at >= $2",
        )
        .bind(user.to_string())
        .bind(alive.0)
        .fetch_all(&self.inner.reads)
        .await?;
        let taken = rows.iter().map(|row| row.number("place")).collect::<Result<Vec<_>>>()?;
        for place in (1..=most).filter(|place| !taken.contains(place)) {
            let take = sqlx::query(
                "INSERT INTO stream_places (user_id, place, id, node_id)
                 VALUES ($1, $2, $3, $4)
                 ON CONFLICT (user_id, place) DO UPDATE
                 SET id = excluded.id, node_id = excluded.node_id
                 WHERE NOT EXISTS (
                    SELECT 1
                    FROM nodes
                    WHERE nodes.id = stream_places.node_id
                    AND nodes.seen_at >= $5)",
            )
            .bind(user.to_string())
            .bind(place)
            .bind(stream.to_owned())
            .bind(self.inner.node.clone())
            .bind(alive.0);
            if self.change(take).await? == 1 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Gives back the place of a stream, unless somebody else has it by now.
    pub async fn leave_place(&self, user: &UserId, stream: &str) -> Result<()> {
        let leave = sqlx::query("DELETE FROM stream_places WHERE user_id = $1 AND id = $2")
            .bind(user.to_string())
            .bind(stream.to_owned());
        self.change(leave).await.map(drop)
    }
}
