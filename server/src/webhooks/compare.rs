//! What two arrivals of one reference say differently.

use super::decode;
use super::event::is_volatile;
use super::masking::Leaf;
use app::backend::Difference;
use bytes::Bytes;
use std::collections::BTreeMap;

/// Differences that are told; more of them say the same.
const MOST: usize = 40;

/// Field by field, masked as everything that operators see. What every try changes comes last. None where one of them cannot be
/// read.
pub async fn differences(one: (&str, Vec<u8>), other: (&str, Vec<u8>)) -> Option<Vec<Difference>> {
    let (one, other) = (leaves(one).await?, leaves(other).await?);
    let mut found: Vec<Difference> = one
        .keys()
        .chain(other.keys().filter(|path| !one.contains_key(*path)))
        .filter(|path| one.get(*path).map(Leaf::raw) != other.get(*path).map(Leaf::raw))
        .map(|path| Difference {
            field: path.clone(),
            before: one.get(path).map(Leaf::shown),
            after: other.get(path).map(Leaf::shown),
            usual: is_volatile(path.rsplit('.').next().unwrap_or_default()),
        })
        .collect();
    found.sort_by(|a, b| (a.usual, &a.field).cmp(&(b.usual, &b.field)));
    found.truncate(MOST);
    Some(found)
}

async fn leaves((content_type, body): (&str, Vec<u8>)) -> Option<BTreeMap<String, Leaf>> {
    let value = decode::decode(content_type, &Bytes::from(body)).await.ok()?;
    Some(Leaf::all_of(&value).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = "application/json";

    async fn compare(one: &str, other: &str) -> Vec<(String, Option<String>, Option<String>, bool)> {
        let found = differences((JSON, one.into()), (JSON, other.into())).await.unwrap();
        found.into_iter().map(|d| (d.field, d.before, d.after, d.usual)).collect()
    }

    #[tokio::test]
    async fn what_differs_is_told_field_by_field_and_secrets_stay_hidden() {
        let some = |text: &str| Some(text.to_owned());
        let one = r#"{"notification":{"current_try":1,"data":{"token":"aaaaaaaa","amount":"1.00","list":[1,2]}}}"#;
        let other = r#"{"notification":{"current_try":2,"data":{"token":"bbbbbbbb","amount":"2.00","list":[1,3],"more":true}}}"#;
        assert_eq!(
            compare(one, other).await,
            [
                ("data.amount".into(), some("1.00"), some("2.00"), false),
                ("data.list.1".into(), some("2"), some("3"), false),
                ("data.more".into(), None, some("true"), false),
                ("data.token".into(), some("••••••••"), some("••••••••"), false),
                ("current_try".into(), some("1"), some("2"), true),
            ]
        );
        assert_eq!(compare(one, one).await, []);
    }

    #[tokio::test]
    async fn encodings_of_one_notification_do_not_differ() {
        let form = b"notification[current_try]=1&notification[data][amount]=1.00".to_vec();
        let json = br#"{"notification":{"current_try":1,"data":{"amount":"1.00"}}}"#.to_vec();
        let found = differences(("application/x-www-form-urlencoded", form), (JSON, json)).await;
        assert_eq!(found, Some(Vec::new()));
        assert_eq!(differences((JSON, b"{".to_vec()), (JSON, b"{}".to_vec())).await, None);
    }
}
