//! Who does what is done once for all nodes.

use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::{Result, Store};

impl Store {
    /// Takes a duty until then, or prolongs it; its turn, which grows when it passes to somebody else. None while somebody else
    /// has it.
    pub async fn take_duty(&self, name: &str, holder: &str, until: Moment, now: Moment) -> Result<Option<i64>> {
        let take = sqlx::query(
            "INSERT INTO duties (name, holder, turn, until)
             VALUES ($1, $2, 1, $3)
             ON CONFLICT (name) DO UPDATE
             SET turn = CASE WHEN duties.holder = excluded.holder THEN duties.turn ELSE duties.turn + 1 END,
                holder = excluded.holder, until = excluded.until
             WHERE duties.holder = excluded.holder
             OR duties.until <= $4
             RETURNING turn",
        )
        .bind(name.to_owned())
        .bind(holder.to_owned())
        .bind(until.0)
        .bind(now.0);
        self.write(|tx| {
            Box::pin(async move {
                let row = take.fetch_optional(tx.conn()).await?;
                row.map(|row| row.number("turn")).transpose()
            })
        })
        .await
    }
}
