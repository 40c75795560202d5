//! Notices a request that says the length of its body twice.
//!
//! A `Content-Length` beside a `Transfer-Encoding` is how a request is smuggled past whoever believes the other one. The HTTP
//! library drops the length without a word, so the bytes are looked at before it has them. This is no parser of requests: it
//! knows lines and blank lines only, cannot tell a head from a body, and errs to one side. Where it has seen a length among
//! bytes that may be the head of a chunked request, that request is refused.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// As the library demands it: at the start of a line, the colon right behind it.
const NAME: &[u8] = b"content-length:";

/// What a connection's bytes have told, for whoever answers its requests.
#[derive(Debug, Clone, Default)]
pub(super) struct Lengths(Arc<Told>);

#[derive(Debug, Default)]
struct Told {
    /// A length stood before one of the blank lines that the library may yet reach.
    seen: AtomicBool,
    /// A request has begun since bytes came last.
    begun: AtomicBool,
}

impl Lengths {
    /// A request's head was read. Whether a length may have stood in it.
    pub(super) fn begin(&self) -> bool {
        self.0.begun.store(true, Ordering::Relaxed);
        self.0.seen.load(Ordering::Relaxed)
    }
}

/// A stream whose incoming bytes are looked at.
pub(super) struct Watched<S> {
    stream: S,
    lengths: Lengths,
    lines: Lines,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S) -> (Self, Lengths) {
        let lengths = Lengths::default();
        (Self { stream, lengths: lengths.clone(), lines: Lines::default() }, lengths)
    }

    fn look_at(&mut self, bytes: &[u8]) {
        let told = &self.lengths.0;
        // The library asks for bytes when it has none left but, perhaps, the beginning of a head, and that holds no blank line.
        // So what stood before blank lines belongs to requests that have begun already.
        if told.begun.swap(false, Ordering::Relaxed) {
            told.seen.store(false, Ordering::Relaxed);
        }
        if self.lines.pass(bytes) {
            told.seen.store(true, Ordering::Relaxed);
        }
    }
}

/// Where in a line the bytes have arrived.
#[derive(Debug, Default)]
struct Lines {
    line: Line,
    /// A length has come since the last blank line.
    length: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Line {
    #[default]
    Empty,
    /// So many letters of the name, and nothing else.
    Named(usize),
    Other,
}

impl Lines {
    /// Takes more bytes; whether a length stood before a blank line that ends in them.
    fn pass(&mut self, bytes: &[u8]) -> bool {
        let mut found = false;
        let mut rest = bytes;
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            self.line = match (byte, self.line) {
                (b'\n', Line::Empty) => {
                    found |= std::mem::take(&mut self.length);
                    Line::Empty
                }
                (b'\n', _) | (b'\r', Line::Empty) => Line::Empty,
                (_, Line::Other) => {
                    // Most bytes are of this kind, all of a long body for instance.
                    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                    rest = &rest[end..];
                    Line::Other
                }
                (byte, line) => {
                    let at = if let Line::Named(at) = line { at } else { 0 };
                    match byte.to_ascii_lowercase() == NAME[at] {
                        true if at + 1 == NAME.len() => {
                            self.length = true;
                            Line::Other
                        }
                        true => Line::Named(at + 1),
                        false => Line::Other,
                    }
                }
            };
        }
        found
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let result = Pin::new(&mut this.stream).poll_read(cx, buf);
        if let Some(bytes) = buf.filled().get(before..).filter(|bytes| !bytes.is_empty()) {
            this.look_at(bytes);
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each text comes at once; `None` is a request that begins. What each of those is told.
    fn told(events: &[Option<&str>]) -> Vec<bool> {
        let (mut watched, lengths) = Watched::new(());
        let mut told = Vec::new();
        for event in events {
            match event {
                Some(bytes) => watched.look_at(bytes.as_bytes()),
                None => told.push(lengths.begin()),
            }
        }
        told
    }

    const BOTH: &str = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\ncontent-LENGTH: 5\r\n\r\n";
    const LENGTH: &str = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n";
    const CHUNKED: &str = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";

    #[test]
    fn ht_14_a_length_in_a_head_is_seen_however_the_head_comes() {
        assert_eq!(told(&[Some(BOTH), None]), [true]);
        assert_eq!(told(&[Some(&BOTH.replace("\r\n", "\n")), None]), [true]);
        assert_eq!(told(&[Some(CHUNKED), None]), [false]);
        for cut in 1..BOTH.len() {
            assert_eq!(told(&[Some(&BOTH[..cut]), Some(&BOTH[cut..]), None]), [true], "cut at {cut}");
        }
        let letters: Vec<_> = (0..BOTH.len()).map(|at| Some(&BOTH[at..=at])).chain([None]).collect();
        assert_eq!(told(&letters), [true]);
    }

    #[test]
    fn ht_14_the_length_of_a_request_that_was_answered_counts_no_more() {
        assert_eq!(told(&[Some(LENGTH), None, Some("12345"), Some(CHUNKED), None]), [true, false]);
        assert_eq!(told(&[Some(&format!("{LENGTH}12345")), None, Some(CHUNKED), None]), [true, false]);
    }

    #[test]
    fn ht_14_a_request_that_came_with_the_one_before_it_is_looked_at_too() {
        for cut in LENGTH.len()..LENGTH.len() + 5 + BOTH.len() {
            let all = format!("{LENGTH}12345{BOTH}");
            // The second head is complete before or after the first request begins, or comes in two.
            assert_eq!(told(&[Some(&all[..cut]), None, Some(&all[cut..]), None]), [true, true], "cut at {cut}");
        }
        assert_eq!(told(&[Some(&format!("{CHUNKED}0\r\n\r\n{BOTH}")), None, None]), [true, true]);
    }

    #[test]
    fn ht_14_other_names_and_words_are_no_length() {
        for line in ["Content-Lengt: 5", "X-Content-Length: 5", "X: content-length: 5", "Content-Length-Of: 5"] {
            assert_eq!(told(&[Some(&format!("POST / HTTP/1.1\r\n{line}\r\n\r\n")), None]), [false], "{line}");
        }
    }
}
