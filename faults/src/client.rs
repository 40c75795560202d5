//! A connection that asks one thing after the other, and sees exactly what came back before it broke.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// Nothing of the product takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Small letters, but for the values.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        Self::open_from([127, 0, 0, 1], address).await
    }

    /// From one of the many addresses that this machine has for itself.
    pub async fn open_from(source: [u8; 4], address: SocketAddr) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((source, 0).into())?;
        let stream = timed(socket.connect(address)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4_096) })
    }

    pub async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Breaks the connection off, without a word of farewell.
    pub fn reset(self) {
        // If it is gone already, so much the better.
        let _ = self.stream.set_zero_linger();
    }

    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        self.send(request).await?;
        self.answer().await
    }

    /// The head of an answer, and what of its body has come along.
    pub async fn head(&mut self) -> Result<Answer> {
        let end = loop {
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        self.buffer.drain(..end + 4);
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.get(9..12)?.parse().ok());
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let status = status.ok_or_else(|| Error::new(ErrorKind::InvalidData, "no status"))?;
        Ok(Answer { status, headers, body: Vec::new() })
    }

    /// A whole answer.
    pub async fn answer(&mut self) -> Result<Answer> {
        let mut answer = self.head().await?;
        if let Some(length) = answer.header("content-length").and_then(|length| length.parse().ok()) {
            while self.buffer.len() < length {
                self.more().await?;
            }
            answer.body = self.buffer.drain(..length).collect();
        } else if answer.header("transfer-encoding") == Some("chunked") {
            while let Some(chunk) = self.chunk().await? {
                answer.body.extend(chunk);
            }
        }
        Ok(answer)
    }

    /// The next piece of a body that comes in pieces; none at its end.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>> {
        let (start, length) = loop {
            if let Some(end) = self.buffer.windows(2).position(|two| two == b"\r\n") {
                let length = usize::from_str_radix(&String::from_utf8_lossy(&self.buffer[..end]), 16);
                break (end + 2, length.map_err(|_| Error::new(ErrorKind::InvalidData, "no length of a chunk"))?);
            }
            self.more().await?;
        };
        while self.buffer.len() < start + length + 2 {
            self.more().await?;
        }
        let chunk = self.buffer[start..start + length].to_vec();
        self.buffer.drain(..start + length + 2);
        Ok((length > 0).then_some(chunk))
    }

    async fn more(&mut self) -> Result<()> {
        match timed(self.stream.read_buf(&mut self.buffer)).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

async fn timed<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()))
}
