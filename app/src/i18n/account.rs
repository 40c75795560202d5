//! Texts of signing up, signing in and being set up by an operator.

use crate::page::FormProblem;
use domain::lang::Lang;

texts! {
    AccountTexts {
        sign_in: "Se connecter", "Sign in";
        sign_in_lead: "Retrouvez vos paiements là où vous les avez laissés.", "Find your payments where you left them.";
        sign_up: "Créer un compte", "Create an account";
        sign_up_lead: "Un nom, une adresse, un mot de passe. Vous lierez votre compte Anytime juste après.", "A name, an address, a password. You will link your Anytime account right after.";
        name: "Nom", "Name";
        name_hint: "Tel que vous souhaitez le voir ici.", "As you would like to see it here.";
        email: "Adresse e-mail", "E-mail address";
        password: "Mot de passe", "Password";
        password_rules: "Au moins 8 caractères. Une phrase de quelques mots convient très bien ; ni chiffre ni symbole n’est exigé.", "At least 8 characters. A phrase of a few words is fine; no digit or symbol is required.";
        to_sign_up: "Pas encore de compte ?", "No account yet?";
        to_sign_in: "Déjà un compte ?", "Already have an account?";
        forgot: "Mot de passe oublié ?", "Forgot your password?";
        forgot_title: "Mot de passe oublié", "Forgotten password";
        forgot_lead: "Donnez l’adresse de votre compte : nous y envoyons un lien pour choisir un nouveau mot de passe.", "Give the address of your account: we send a link for choosing a new password there.";
        forgot_submit: "Envoyer le lien", "Send the link";
        sent: "Regardez vos e-mails", "Look at your mail";
        sent_help: "Si un compte a cette adresse, un lien est en route. Il sert une fois, pendant 30 minutes. Pensez au dossier des indésirables.", "If an account has this address, a link is on its way. It works once, for 30 minutes. Think of the junk folder.";
        sent_again: "Essayer une autre adresse", "Try another address";
        reset_title: "Nouveau mot de passe", "New password";
        reset_lead: "Toutes vos sessions prendront fin. Pour l’adresse", "All your sessions will end. For the address";
        reset_expired_help: "Il a déjà été utilisé, ou il a plus de 30 minutes. Demandez-en un nouveau.", "It has been used already, or is older than 30 minutes. Ask for a new one.";
        reset_again: "Demander un nouveau lien", "Ask for a new link";
        changed: "Votre nouveau mot de passe est enregistré. Connectez-vous.", "Your new password is saved. Sign in.";
        problems: "Quelques points à corriger", "A few things to correct";
        set_up: "Choisir votre mot de passe", "Choose your password";
        set_up_lead: "Ce lien ne sert qu’une fois, pour l’adresse", "This link works once, for the address";
        save_password: "Enregistrer le mot de passe", "Save the password";
        expired: "Ce lien ne sert plus", "This link no longer works";
        expired_help: "Il a déjà été utilisé, ou il est trop ancien. Demandez-en un nouveau à la personne qui vous l’a envoyé.", "It has been used already, or it is too old. Ask the person who sent it for a new one.";
    }
}

impl AccountTexts {
    pub fn problem(&self, problem: FormProblem) -> String {
        match self.lang {
            Lang::Fr => problem_fr(problem),
            Lang::En => problem_en(problem),
        }
    }
}

fn problem_fr(problem: FormProblem) -> String {
    match problem {
        FormProblem::NameMissing => "Indiquez un nom.".into(),
        FormProblem::NameTooLong => "Ce nom est trop long.".into(),
        FormProblem::EmailInvalid => "Cette adresse n’est pas complète. Exemple : alice@exemple.fr".into(),
        FormProblem::EmailTaken => "Un compte existe déjà avec cette adresse. Connectez-vous plutôt.".into(),
        FormProblem::PasswordTooShort => "Il faut au moins 8 caractères.".into(),
        FormProblem::PasswordTooLong => "Ce mot de passe est trop long.".into(),
        FormProblem::PasswordTooCommon => {
            "Ce mot de passe est trop courant : on le devinerait en quelques essais.".into()
        }
        FormProblem::WrongCredentials => "L’adresse et le mot de passe ne vont pas ensemble.".into(),
        FormProblem::TooManyAttempts { retry_after_s } => {
            format!("Trop d’essais. Recommencez dans {}.", wait_fr(retry_after_s))
        }
        FormProblem::AccountPaused => {
            "Ce compte est suspendu : personne ne peut s’y connecter pour l’instant. Rien n’est perdu. Écrivez à notre équipe.".into()
        }
        FormProblem::PasskeyNeeded => {
            "Un mot de passe seul ne suffit pas pour ce compte. Connectez-vous avec votre clé d’accès.".into()
        }
        FormProblem::Busy => "Le service est très demandé. Recommencez dans quelques secondes.".into(),
        FormProblem::LinkExpired => "Ce lien ne sert plus.".into(),
        FormProblem::PasswordWrong => "Ce n’est pas votre mot de passe actuel.".into(),
        FormProblem::CodeWrong => "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant.".into(),
        FormProblem::SecondStepOver => "Cette étape a duré trop longtemps. Recommencez du début.".into(),
        FormProblem::NotSure => "Cochez cette case pour continuer.".into(),
        FormProblem::PasskeyUnknown => {
            "Cette clé d’accès n’a pas permis de vous connecter. Essayez avec votre mot de passe.".into()
        }
        FormProblem::PasskeyRefused => {
            "Cette clé d’accès n’a pas pu être enregistrée. Recommencez, ou choisissez un autre appareil.".into()
        }
        FormProblem::PasskeyKnown => "Cette clé d’accès est déjà enregistrée.".into(),
        FormProblem::TooManyPasskeys => "Vous avez déjà beaucoup de clés d’accès. Supprimez-en une d’abord.".into(),
        FormProblem::ReasonMissing => "Écrivez un motif.".into(),
        FormProblem::ReasonTooLong => "Ce motif est trop long : 500 caractères au plus.".into(),
        FormProblem::NotAllowed => "La personne ne le permet pas, ou plus.".into(),
    }
}

fn problem_en(problem: FormProblem) -> String {
    match problem {
        FormProblem::NameMissing => "Enter a name.".into(),
        FormProblem::NameTooLong => "This name is too long.".into(),
        FormProblem::EmailInvalid => "This address is not complete. Example: alice@example.com".into(),
        FormProblem::EmailTaken => "An account with this address exists already. Sign in instead.".into(),
        FormProblem::PasswordTooShort => "At least 8 characters are needed.".into(),
        FormProblem::PasswordTooLong => "This password is too long.".into(),
        FormProblem::PasswordTooCommon => {
            "This password is too common: it would be guessed within a few attempts.".into()
        }
        FormProblem::WrongCredentials => "The address and the password do not belong together.".into(),
        FormProblem::TooManyAttempts { retry_after_s } => {
            format!("Too many attempts. Try again in {}.", wait_en(retry_after_s))
        }
        FormProblem::AccountPaused => {
            "This account is paused: nobody can sign in to it at the moment. Nothing is lost. Write to our team.".into()
        }
        FormProblem::PasskeyNeeded => {
            "A password alone is not enough for this account. Sign in with your passkey.".into()
        }
        FormProblem::Busy => "The service is very busy. Try again in a few seconds.".into(),
        FormProblem::LinkExpired => "This link no longer works.".into(),
        FormProblem::PasswordWrong => "This is not your present password.".into(),
        FormProblem::CodeWrong => "This code is not right, or was used before. Wait for the next one.".into(),
        FormProblem::SecondStepOver => "This step took too long. Start again from the beginning.".into(),
        FormProblem::NotSure => "Tick this box to go on.".into(),
        FormProblem::PasskeyUnknown => "This passkey did not sign you in. Try with your password.".into(),
        FormProblem::PasskeyRefused => "This passkey could not be saved. Try again, or choose another device.".into(),
        FormProblem::PasskeyKnown => "This passkey is saved already.".into(),
        FormProblem::TooManyPasskeys => "You have many passkeys already. Remove one first.".into(),
        FormProblem::ReasonMissing => "Write a reason.".into(),
        FormProblem::ReasonTooLong => "This reason is too long: 500 characters at most.".into(),
        FormProblem::NotAllowed => "The person does not allow it, or no longer.".into(),
    }
}

fn wait_fr(seconds: u32) -> String {
    match seconds {
        0..=1 => "une seconde".into(),
        2..=90 => format!("{seconds} secondes"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

fn wait_en(seconds: u32) -> String {
    match seconds {
        0..=1 => "a second".into(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}
