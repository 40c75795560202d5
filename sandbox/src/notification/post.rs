//! One try on the wire, over lines good and bad.

use std::{io, time::Duration};

use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use reqwest::{
    Client,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};

use super::{Body, fate::Line};

/// What was sent before a cut has this long to leave.
const LAST_BYTES: Duration = Duration::from_millis(20);
/// Pieces of a body on a slow line.
const PIECES: usize = 5;

/// Sends a body; the status of the answer, or why there is none.
pub async fn post(client: &Client, url: &str, body: Body, line: &Line, current_try: u32) -> Result<u16, String> {
    let content = Bytes::from(body.text);
    let length = content.len();
    let request = client.post(url).header(CONTENT_TYPE, body.content_type);
    let sent = if line.cuts(current_try) || line.slow.is_some() {
        let (sender, channel) = Channel::new(1);
        let request = request.header(CONTENT_LENGTH, length).body(reqwest::Body::wrap(channel));
        let writing = write(sender, content, line.slow, line.cuts(current_try));
        let (sent, ()) = tokio::join!(request.send(), writing);
        sent
    } else {
        request.body(content).send().await
    };
    if line.cuts(current_try) {
        return Err("connection cut".to_owned());
    }
    let answer = sent.map_err(|error| in_short(&error))?;
    let status = answer.status().as_u16();
    // Reading the answer to its end lets the connection be used again.
    let _ = answer.bytes().await;
    if line.loses_answer(current_try) { Err("answer lost".to_owned()) } else { Ok(status) }
}

/// Hands the body over in pieces. A partner that has answered already does not want the rest.
async fn write(mut sender: Sender<Bytes, io::Error>, content: Bytes, pause: Option<Duration>, cut: bool) {
    let end = if cut { content.len() / 2 } else { content.len() };
    let size = if pause.is_some() { content.len().div_ceil(PIECES) } else { content.len() };
    for from in (0..end).step_by(size.max(1)) {
        if sender.send_data(content.slice(from..end.min(from + size))).await.is_err() {
            return;
        }
        if let Some(pause) = pause {
            tokio::time::sleep(pause).await;
        }
    }
    if cut {
        tokio::time::sleep(LAST_BYTES).await;
        sender.abort(io::Error::other("the scenario cuts the line"));
    }
}

pub fn in_short(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "timeout".to_owned()
    } else if error.is_connect() {
        "connection failed".to_owned()
    } else if error.is_builder() {
        "cannot be sent".to_owned()
    } else {
        "no answer".to_owned()
    }
}
