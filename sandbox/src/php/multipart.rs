//! What curl sends when PHP hands it a flat array of fields.

use std::fmt::Write;

use super::{Precision, Value, leaves};

pub fn content_type(boundary: &str) -> String {
    format!("multipart/form-data; boundary={boundary}")
}

pub fn encode(root: &str, value: &Value, precision: Precision, boundary: &str) -> String {
    let mut body = String::new();
    for (name, text) in leaves(root, value, precision) {
        // Writing to a string cannot fail.
        let _ = write!(body, "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
    }
    let _ = write!(body, "--{boundary}--\r\n");
    body
}

#[cfg(test)]
mod tests {

    use super::{Precision, Value, encode};

    #[test]
    fn each_leaf_is_a_part() {
        let value = Value::Map(vec![("data", Value::Map(vec![("hash", "abc".into())]))]);
        assert_eq!(
            encode("notification", &value, Precision::Fourteen, "B"),
            "--B\r\nContent-Disposition: form-data; name=\"notification[data][hash]\"\r\n\r\nabc\r\n--B--\r\n"
        );
    }
}
