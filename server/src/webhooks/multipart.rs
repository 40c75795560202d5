//! `multipart/form-data`, as PHP's curl sends an array: the names are those of the form encoding.

use super::decode::DecodeError;
use super::form;
use crate::vendor::Value;
use bytes::Bytes;

/// Reads a multipart body whose boundary is known.
pub(super) async fn read(body: Bytes, boundary: &str) -> Result<Value, DecodeError> {
    let stream = futures::stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
    let mut parts = multer::Multipart::new(stream, boundary);
    let mut fields = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|_| DecodeError::Malformed)? {
        let name = part.name().ok_or(DecodeError::BadName)?.to_owned();
        let bytes = part.bytes().await.map_err(|_| DecodeError::Malformed)?;
        fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
    }
    form::assemble(fields)
}
