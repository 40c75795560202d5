//! Queries of addresses, read and written. What comes out is safe in an `href`.

/// Decoded name and value pairs.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The first value of this name.
pub fn value(query: &str, name: &str) -> Option<String> {
    pairs(query).into_iter().find(|(found, _)| found == name).map(|(_, value)| value)
}

/// `path?name=value&…`, percent-encoded; the path alone where there is nothing to ask.
pub fn address<'p>(path: &str, pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_was_typed_cannot_leave_its_value() {
        let typed = "\"><script>&before=1#é";
        let href = address("/dashboard", [("q", typed)]);
        assert!(!href.contains(['"', '<', '#']));
        assert_eq!(value(href.split_once('?').unwrap().1, "q").as_deref(), Some(typed));
        assert_eq!(address("/dashboard", []), "/dashboard");
    }
}
