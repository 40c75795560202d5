//! How mails leave: by SMTP, or into files.

use super::words::Words;
use crate::clock::Moment;
use crate::secret::Secret;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp;
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use std::io::Write as _;
use std::net::IpAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// For each step of a conversation with the mail server.
const PATIENCE: Duration = Duration::from_secs(20);

/// How mails leave, and from whom.
#[derive(Debug, Clone)]
pub struct MailConfig {
    pub transport: Transport,
    /// `Name <address>` or an address.
    pub from: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// `smtp://` or `smtps://`, perhaps with user and password.
    Smtp(Secret),
    /// One `.eml` file for each mail in this folder.
    Files(PathBuf),
}

/// Why a mail did not leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostError {
    /// A short code; never an address or what a server said.
    pub reason: String,
    /// Trying again would be the same.
    pub is_final: bool,
}

impl PostError {
    fn last(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), is_final: true }
    }

    fn passing(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), is_final: false }
    }
}

/// The way out.
pub struct Post {
    from: Mailbox,
    /// Behind the `@` of each mail's id.
    host: String,
    way: Way,
}

enum Way {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Files(PathBuf),
}

/// Says that nobody need answer, so that no holiday notice comes back.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Where one click ends mails of this kind (RFC 8058): written as it is, so that mail programs find it whole.
#[derive(Clone)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        // Our own origin and URL-safe base64: nothing that ends a line.
        let value = format!("<{}>", self.0);
        HeaderValue::dangerous_new_pre_encoded(Self::name(), value.clone(), value)
    }
}

#[derive(Clone)]
struct OneClick;

impl Header for OneClick {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

impl Post {
    /// Reads the configuration; what is wrong with it, if something is. `origin` is our own, for the name that we greet with.
    pub fn new(config: &MailConfig, origin: &str) -> Result<Self, &'static str> {
        let from = sender(&config.from)?;
        let host = host_of(origin).to_owned();
        let way = match &config.transport {
            Transport::Files(folder) => Way::Files(folder.clone()),
            Transport::Smtp(url) => {
                let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&with_tls(url.expose()))
                    .map_err(|_| "it has to be smtps://USER:PASSWORD@HOST:PORT, or smtp://… for STARTTLS")?;
                let hello = ClientId::Domain(host.clone());
                Way::Smtp(Box::new(builder.hello_name(hello).timeout(Some(PATIENCE)).build()))
            }
        };
        Ok(Self { from, host, way })
    }

    /// The same for what is no user's: words as they are.
    pub async fn send_plain(
        &self,
        id: &str,
        to: &str,
        subject: String,
        body: String,
        at: Moment,
    ) -> Result<(), PostError> {
        self.send(id, to, &Words { subject: subject.into(), body, stop: None }, at).await
    }

    /// Sends one mail, or writes its file. `id` is the same at each try, so that a mail that comes twice can be told.
    pub(super) async fn send(&self, id: &str, to: &str, words: &Words, at: Moment) -> Result<(), PostError> {
        let message = self.message(id, to, words, at)?;
        match &self.way {
            Way::Smtp(smtp) => match smtp.send(message).await {
                Ok(_) => Ok(()),
                Err(error) => Err(refusal(&error)),
            },
            Way::Files(folder) => {
                let name = format!("{}-{id}.eml", at.0);
                write(folder, &name, &message.formatted()).map_err(|error| {
                    tracing::warn!(folder = %folder.display(), %error, "a mail could not be written to its file");
                    PostError::passing("no-file")
                })
            }
        }
    }

    /// Addresses are parsed, other values are words of ours, and the library encodes both: nothing can begin a header of its own.
    fn message(&self, id: &str, to: &str, words: &Words, at: Moment) -> Result<Message, PostError> {
        let to: Address = to.parse().map_err(|_| PostError::last("bad-address"))?;
        let envelope = Envelope::new(Some(self.from.email.clone()), vec![to.clone()]);
        let seconds = Duration::from_micros(u64::try_from(at.0).unwrap_or(0));
        let mut builder = Message::builder();
        if let Some(stop) = &words.stop {
            builder = builder.header(ListUnsubscribe(stop.clone())).header(OneClick);
        }
        builder
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .date(SystemTime::UNIX_EPOCH + seconds)
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(words.subject.to_string())
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .envelope(envelope.map_err(|_| PostError::last("bad-address"))?)
            .body(words.body.clone())
            .map_err(|_| PostError::last("no-message"))
    }
}

/// Our own address, as configured.
fn sender(text: &str) -> Result<Mailbox, &'static str> {
    text.parse()
        .map_err(|_| "it has to be an address, or a name and an address: Anytime Connect <no-reply@example.com>")
}

/// Without a word about it, plain SMTP is for this machine only: elsewhere it has to go over to TLS.
fn with_tls(url: &str) -> String {
    let Some(rest) = url.strip_prefix("smtp://") else { return url.to_owned() };
    let local = host_of(url) == "localhost"
        || host_of(url).trim_matches(['[', ']']).parse().is_ok_and(|address: IpAddr| address.is_loopback());
    if local || rest.contains('?') { url.to_owned() } else { format!("{url}?tls=required") }
}

/// The host of an address, without user and port.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.find(']') {
        Some(end) => &host[..=end],
        None => host.split(':').next().unwrap_or_default(),
    }
}

fn refusal(error: &smtp::Error) -> PostError {
    let reason = match error.status() {
        Some(code) => format!("refused-{code}"),
        None if error.is_timeout() => "timeout".to_owned(),
        None if error.is_tls() => "tls".to_owned(),
        None => "unreachable".to_owned(),
    };
    PostError { reason, is_final: error.is_permanent() }
}

/// A file appears under its name once it is whole, readable by its owner alone.
fn write(folder: &Path, name: &str, content: &[u8]) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let partly = folder.join(format!(".{name}.part"));
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partly)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(partly, folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::email::Email;

    fn post(transport: Transport, from: &str) -> Result<Post, &'static str> {
        Post::new(&MailConfig { transport, from: from.to_owned() }, "https://app.test:3000")
    }

    fn words() -> Words {
        Words { subject: "Réglages – à voir".into(), body: "Été\n.\nFrom here\n".to_owned(), stop: None }
    }

    #[tokio::test]
    async fn a_mail_becomes_a_file_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mails = folder.path().join("deep/mail");
        let post = post(Transport::Files(mails.clone()), "Anytime Connect <no-reply@app.test>").unwrap();
        post.send("ab12", "alice@example.test", &words(), Moment(1_790_000_000_000_000)).await.unwrap();
        let files: Vec<_> = std::fs::read_dir(&mails).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files, [mails.join("1790000000000000-ab12.eml")]);
        assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(&files[0]).unwrap();
        for line in
            ["To: alice@example.test\r\n", "Message-ID: <ab12@app.test>\r\n", "Auto-Submitted: auto-generated\r\n"]
        {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
        assert!(text.is_ascii(), "what is not is encoded\n{text}");
    }

    #[test]
    fn one_click_is_offered_on_one_line() {
        let post = post(Transport::Files(PathBuf::new()), "no-reply@app.test").unwrap();
        let stop = format!("https://app.test/stop-mails/{}", "x".repeat(470));
        let words = Words { stop: Some(stop.clone()), ..words() };
        let message = post.message("ab12", "alice@example.test", &words, Moment(0)).unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        assert!(text.contains(&format!("List-Unsubscribe: <{stop}>\r\n")), "{text}");
        assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{text}");
    }

    #[test]
    fn no_address_that_we_accept_begins_another_header() {
        let post = post(Transport::Files(PathBuf::new()), "no-reply@app.test").unwrap();
        for typed in [
            "a@b.test\r\nBcc: eve@evil.test",
            "a\r\nBcc:x@b.test",
            "\"a b\"@b.test",
            "a,eve@evil.test",
            "<a@b.test>",
            "a@b.test>",
            "é@b.test",
            "a;b@b.test",
            "a@b.test,c@d.test",
        ] {
            let Ok(message) = post.message("ab12", typed, &words(), Moment(0)) else { continue };
            // What goes to the mail server is one mailbox, and the head has no line that we did not write.
            assert_eq!(message.envelope().to().len(), 1, "{typed}");
            let text = String::from_utf8(message.formatted()).unwrap();
            let head = text.split("\r\n\r\n").next().unwrap();
            let names: Vec<_> = head.lines().filter_map(|line| line.split_once(": ")).map(|(name, _)| name).collect();
            assert!(
                !names.contains(&"Bcc") && !head.contains("evil.test\r\n") || Email::parse(typed).is_none(),
                "{head}"
            );
            assert!(!head.to_lowercase().contains("\nbcc"), "{head}");
        }
    }

    #[test]
    fn plain_smtp_is_for_this_machine_only() {
        for local in ["smtp://localhost:1025", "smtp://127.0.0.1:1025", "smtp://[::1]:25", "smtps://mail.test"] {
            assert_eq!(with_tls(local), local);
        }
        assert_eq!(with_tls("smtp://u:p@mail.test:587"), "smtp://u:p@mail.test:587?tls=required");
        assert_eq!(with_tls("smtp://u:localhost@mail.test"), "smtp://u:localhost@mail.test?tls=required");
        assert_eq!(with_tls("smtp://mail.test?tls=opportunistic"), "smtp://mail.test?tls=opportunistic");
    }

    #[test]
    fn what_cannot_be_used_is_said_at_the_start() {
        let smtp = |url: &str| Transport::Smtp(Secret::new(url));
        assert!(post(smtp("smtps://u:p@mail.test:465"), "a@b.test").is_ok());
        assert!(post(smtp("http://mail.test"), "a@b.test").is_err());
        assert!(post(smtp("mail.test"), "a@b.test").is_err());
        for bad in ["", "nobody", "a@b.test, c@d.test", "X <a@b.test>\r\nBcc: y@z.test"] {
            assert!(post(Transport::Files(PathBuf::new()), bad).is_err(), "{bad:?}");
        }
    }
}
