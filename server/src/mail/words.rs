//! The words of mails. Nothing that a person has typed stands in them, for somebody else may read them: whoever signs up with
//! another's address must not be able to have a text of his sent there.

use super::Content;
use domain::lang::Lang;
use std::borrow::Cow;

/// A mail in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) subject: Cow<'static, str>,
    pub(super) body: String,
    /// Where one click ends mails of this kind.
    pub(super) stop: Option<String>,
}

/// `origin` is what our links begin with.
pub(super) fn words(content: &Content, lang: Lang, origin: &str) -> Words {
    let mut stop_at = None;
    let (subject, text) = match content {
        Content::Alerts { title, lines, stop } => {
            let link = format!("{origin}/stop-mails/{stop}");
            let text = alerts(lang, lines, &format!("{origin}/settings/alerts"), &link);
            stop_at = Some(link);
            (Cow::Owned(format!("{title} (Anytime Connect)")), text)
        }
        Content::ResetPassword { secret } => {
            reset_password(lang, &format!("{origin}/reset-password/{}", secret.expose()))
        }
        Content::PasswordChanged => password_changed(lang, &format!("{origin}/forgot-password")),
        Content::TwoStepOn => two_step_on(lang, &format!("{origin}/settings/two-step")),
        Content::TwoStepOff => two_step_off(lang, &format!("{origin}/forgot-password")),
        Content::PasskeyAdded => passkey_added(lang, &format!("{origin}/settings/passkeys")),
        Content::PasskeyRemoved => passkey_removed(lang, &format!("{origin}/settings/passkeys")),
        Content::SupportLooks => support_looks(lang, &format!("{origin}/settings/support")),
    };
    let (greeting, signature) = match lang {
        Lang::Fr => ("Bonjour,", "Anytime Connect"),
        Lang::En => ("Hello,", "Anytime Connect"),
    };
    Words { subject, body: format!("{greeting}\n\n{text}\n\n-- \n{signature}\n{origin}\n"), stop: stop_at }
}

fn alerts(lang: Lang, lines: &[String], link: &str, stop: &str) -> String {
    let told = format!("- {}\n", lines.join("\n- "));
    match lang {
        Lang::Fr => format!(
            "Vos règles ont signalé :\n\n\
             {told}\n\
             Pour voir et régler vos alertes :\n\n\
             {link}\n\n\
             Pour ne plus recevoir ces e-mails, sans vous connecter :\n\n\
             {stop}"
        ),
        Lang::En => format!(
            "Your rules have told:\n\n\
             {told}\n\
             To see and set up your alerts:\n\n\
             {link}\n\n\
             To stop these e-mails, without signing in:\n\n\
             {stop}"
        ),
    }
}

fn reset_password(lang: Lang, link: &str) -> (Cow<'static, str>, String) {
    match lang {
        Lang::Fr => (
            "Choisissez un nouveau mot de passe".into(),
            format!(
                "Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour votre\n\
                 compte Anytime Connect. Pour le choisir, ouvrez ce lien :\n\n\
                 {link}\n\n\
                 Il sert une seule fois, pendant 30 minutes. Toutes vos sessions prendront\n\
                 fin. Si vous n’avez rien demandé, ne faites rien : votre mot de passe\n\
                 reste le même. Ne transmettez ce lien à personne."
            ),
        ),
        Lang::En => (
            "Choose a new password".into(),
            format!(
                "Somebody, probably you, has asked for a new password for your Anytime\n\
                 Connect account. To choose it, open this link:\n\n\
                 {link}\n\n\
                 It works once, for 30 minutes. All your sessions will end. If you did not\n\
                 ask for anything, do nothing: your password stays as it is. Do not pass\n\
                 this link on to anybody."
            ),
        ),
    }
}

fn password_changed(lang: Lang, link: &str) -> (Cow<'static, str>, String) {
    match lang {
        Lang::Fr => (
            "Votre mot de passe a été changé".into(),
            format!(
                "Le mot de passe de votre compte Anytime Connect vient d’être changé, et vos\n\
                 autres sessions ont pris fin.\n\n\
                 Si ce n’était pas vous, choisissez-en un autre tout de suite :\n\n\
                 {link}"
            ),
        ),
        Lang::En => (
            "Your password was changed".into(),
            format!(
                "The password of your Anytime Connect account was changed a moment ago, and\n\
                 your other sessions have ended.\n\n\
                 If this was not you, choose another one at once:\n\n\
                 {link}"
            ),
        ),
    }
}

fn two_step_on(lang: Lang, link: &str) -> (Cow<'static, str>, String) {
    match lang {
        Lang::Fr => (
            "La connexion en deux étapes est activée".into(),
            format!(
                "Votre compte Anytime Connect demande désormais un code de votre téléphone\n\
                 à chaque connexion. Gardez vos codes de secours en lieu sûr.\n\n\
                 Si ce n’était pas vous, changez votre mot de passe et voyez vos réglages :\n\n\
                 {link}"
            ),
        ),
        Lang::En => (
            "Two-step sign-in is on".into(),
            format!(
                "From now on your Anytime Connect account asks for a code of your phone at\n\
                 each sign-in. Keep your recovery codes in a safe place.\n\n\
                 If this was not you, change your password and look at your settings:\n\n\
                 {link}"
            ),
        ),
    }
}

fn two_step_off(lang: Lang, link: &str) -> (Cow<'static, str>, String) {
    match lang {
        Lang::Fr => (
            "La connexion en deux étapes est désactivée".into(),
            format!(
                "Votre compte Anytime Connect ne demande plus de code à la connexion : le\n\
                 mot de passe suffit.\n\n\
                 Si ce n’était pas vous, choisissez tout de suite un autre mot de passe :\n\n\
                 {link}"
            ),
        ),
        Lang::En => (
            "Two-step sign-in is off".into(),
            format!(
                "Your Anytime Connect account does not ask for a code at sign-in any more:\n\
                 the password is enough.\n\n\
                 If this was not you, choose another password at once:\n\n\
                 {link}"
            ),
        ),
    }
}

fn passkey_added(lang: Lang, link: &str) -> (Cow<'static, str>, String) {
    match lang {
        Lang::Fr => (
            "Une clé d’accès a été ajoutée".into(),
            format!(
                "Une clé d’accès vient d’être ajoutée à votre compte Anytime Connect : elle\n\
                 permet de se connecter sans mot de passe ni code.\n\n\
                 Si ce n’était pas vous, supprimez-la et changez votre mot de passe :\n\n\
                 {link}"
            ),
        ),
        Lang::En => (
            "A passkey was added".into(),
            format!(
                "A passkey was added to your Anytime Connect account a moment ago: it signs\n\
                 in without password and code.\n\n\
                 If this was not you, remove it and change your password:\n\n\
                 {link}"
            ),
        ),
    }
}

fn passkey_removed(lang: Lang, link: &str) -> (Cow<'static, str>, String) {
    match lang {
        Lang::Fr => (
            "Une clé d’accès a été supprimée".into(),
            format!(
                "Une clé d’accès vient d’être supprimée de votre compte Anytime Connect : elle\n\
                 ne permet plus de se connecter.\n\n\
                 Si ce n’était pas vous, changez votre mot de passe et voyez vos réglages :\n\n\
                 {link}"
            ),
        ),
        Lang::En => (
            "A passkey was removed".into(),
            format!(
                "A passkey was removed from your Anytime Connect account a moment ago: it does\n\
                 not sign in any more.\n\n\
                 If this was not you, change your password and look at your settings:\n\n\
                 {link}"
            ),
        ),
    }
}

fn support_looks(lang: Lang, link: &str) -> (Cow<'static, str>, String) {
    match lang {
        Lang::Fr => (
            "Notre équipe consulte votre compte".into(),
            format!(
                "Comme vous l’avez permis, un membre de notre équipe voit à présent vos\n\
                 pages Anytime Connect telles que vous les voyez. Il ne peut rien y changer,\n\
                 et chaque page qu’il ouvre est notée dans vos réglages.\n\n\
                 Pour voir qui c’est, ou pour y mettre fin tout de suite :\n\n\
                 {link}"
            ),
        ),
        Lang::En => (
            "Our team is looking at your account".into(),
            format!(
                "As you have allowed, somebody of our team now sees your Anytime Connect\n\
                 pages as you see them. Nothing can be changed there, and each page that is\n\
                 opened is noted in your settings.\n\n\
                 To see who it is, or to end it at once:\n\n\
                 {link}"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn all() -> [Content; 8] {
        [
            Content::ResetPassword { secret: Secret::new("s3cret") },
            Content::PasswordChanged,
            Content::TwoStepOn,
            Content::TwoStepOff,
            Content::PasskeyAdded,
            Content::PasskeyRemoved,
            Content::SupportLooks,
            Content::Alerts { title: "1".to_owned(), lines: vec!["50".to_owned()], stop: "s70p".to_owned() },
        ]
    }

    #[test]
    fn au_33_every_link_begins_with_our_own_origin() {
        for content in all() {
            for lang in [Lang::Fr, Lang::En] {
                let Words { subject, body, .. } = words(&content, lang, "https://app.test");
                assert!(!subject.is_empty() && body.is_ascii() == (lang == Lang::En) || body.contains('’'), "{body}");
                let links: Vec<_> = body.split_whitespace().filter(|word| word.contains("://")).collect();
                assert!(links.len() >= 2 && links.iter().all(|link| link.starts_with("https://app.test")), "{links:?}");
                assert!(body.lines().all(|line| line.contains("://") || line.chars().count() <= 78), "{body}");
            }
        }
    }

    #[test]
    fn only_what_rules_tell_can_be_stopped_by_a_click() {
        for content in all() {
            let stop = words(&content, Lang::Fr, "https://app.test").stop;
            let expected =
                matches!(content, Content::Alerts { .. }).then(|| "https://app.test/stop-mails/s70p".to_owned());
            assert_eq!(stop, expected);
        }
    }

    #[test]
    fn the_link_of_a_reset_holds_its_secret() {
        let body = words(&all()[0], Lang::En, "https://app.test").body;
        assert!(body.contains("\nhttps://app.test/reset-password/s3cret\n"), "{body}");
    }
}
