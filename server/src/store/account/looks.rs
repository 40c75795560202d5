//! Who has looked at what is a user's.

use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::statement::{Grouped, Prepared, storable};
use crate::store::transaction::Tx;
use crate::store::{Result, Store};
use app::backend::{Deed, OwnPage};
use domain::ids::UserId;
use sqlx::any::AnyRow;

/// What an operator has looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A user's page.
    User,
    /// One notification.
    Delivery(i64),
    /// The token of one of her links, by a key of the API.
    Token,
    /// With her consent, an operator began to see her pages as she does.
    Began,
    /// One of them.
    Own(OwnPage),
    /// More than a look: something was done about her.
    Done(Deed),
}

impl Look {
    const fn code(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Delivery(_) => "delivery",
            Self::Token => "token",
            Self::Began => "began",
            Self::Own(_) => "own",
            Self::Done(_) => "done",
        }
    }

    fn subject(self) -> String {
        match self {
            Self::User | Self::Token | Self::Began => String::new(),
            Self::Delivery(id) => id.to_string(),
            Self::Own(page) => page.code().to_owned(),
            Self::Done(deed) => deed.code().to_owned(),
        }
    }

    fn parse(code: &str, subject: &str) -> Option<Self> {
        match code {
            "user" => Some(Self::User),
            "token" => Some(Self::Token),
            "began" => Some(Self::Began),
            "own" => OwnPage::from_code(subject).map(Self::Own),
            "done" => Deed::from_code(subject).map(Self::Done),
            "delivery" => subject.parse().ok().map(Self::Delivery),
            _ => None,
        }
    }
}

/// One look, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookRecord {
    pub id: i64,
    pub at: Moment,
    /// How the operator was called then.
    pub operator_name: String,
    pub what: Look,
}

impl LookRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        let subject = row.text("subject")?;
        Ok(Self {
            id: row.number("id")?,
            at: row.moment("at")?,
            operator_name: row.text("operator_name")?,
            what: row.code("what", |code| Look::parse(code, &subject))?,
        })
    }
}

static NOTE: Grouped =
    Grouped::new("INSERT INTO looks (user_id, at, operator_id, operator_name, what, subject) VALUES", 6, "");

const OLDER: &str = "
    SELECT id, at, operator_name, what, subject
    FROM looks
    WHERE user_id = $1
    AND id < $2
    ORDER BY id DESC
    LIMIT $3";

const NEWER: &str = "
    SELECT id, at, operator_name, what, subject
    FROM looks
    WHERE user_id = $1
    AND id > $2
    ORDER BY id
    LIMIT $3";

/// Notes it with what it is about.
pub(in crate::store) async fn note_look(
    tx: &mut Tx,
    user: &UserId,
    operator_id: &str,
    operator_name: &str,
    what: Look,
    at: Moment,
) -> Result<()> {
    noting(&[(user.clone(), what)], operator_id, operator_name, at).execute(tx.conn()).await?;
    Ok(())
}

fn noting(looks: &[(UserId, Look)], operator_id: &str, operator_name: &str, at: Moment) -> Prepared {
    let name = storable(operator_name).into_owned();
    NOTE.rows(looks, |row, (user, what)| {
        let subject = what.subject();
        row.text(user.as_str()).moment(at).text(operator_id).text(&name).text(what.code()).text(&subject);
    })
}

impl Store {
    /// Notes that an operator, or a key of the API, looks at what is these users'. Call it before it is shown.
    pub async fn note_look(
        &self,
        users: &[UserId],
        operator_id: &str,
        operator_name: &str,
        what: Look,
        at: Moment,
    ) -> Result<()> {
        let looks: Vec<_> = users.iter().map(|user| (user.clone(), what)).collect();
        self.note_looks(&looks, operator_id, operator_name, at).await
    }

    /// The same for several things at once, each with whose it is.
    pub async fn note_looks(
        &self,
        looks: &[(UserId, Look)],
        operator_id: &str,
        operator_name: &str,
        at: Moment,
    ) -> Result<()> {
        self.write_alone(noting(looks, operator_id, operator_name, at)).await?;
        Ok(())
    }

    /// Looks at what is hers, newest first: those older than `before`, or the nearest ones newer than `after`.
    pub async fn looks_at(
        &self,
        user_id: &UserId,
        before: Option<i64>,
        after: Option<i64>,
        limit: i64,
    ) -> Result<Vec<LookRecord>> {
        let backwards = before.is_none() && after.is_some();
        let rows = sqlx::query(if backwards { NEWER } else { OLDER })
            .bind(user_id.to_string())
            .bind(before.or(after).unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(&self.inner.reads)
            .await?;
        let mut looks = rows.iter().map(LookRecord::read).collect::<Result<Vec<_>>>()?;
        if backwards {
            looks.reverse();
        }
        Ok(looks)
    }
}
