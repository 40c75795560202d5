//! Why a delivery waits for somebody, in words, and what can be done about it.

use domain::lang::Lang;

/// What is the matter, and what can be done.
pub struct Reason {
    pub what: &'static str,
    pub advice: &'static str,
}

/// The words of a code; none where it is none of ours, or all is well.
pub fn reason(lang: Lang, code: &str) -> Option<Reason> {
    let (fr, en) = words(code)?;
    let (what, advice) = match lang {
        Lang::Fr => fr,
        Lang::En => en,
    };
    Some(Reason { what, advice })
}

type Words = (&'static str, &'static str);

fn words(code: &str) -> Option<(Words, Words)> {
    of_evidence(code).or_else(|| of_tokens(code)).or_else(|| of_content(code))
}

/// What the evidence does not carry.
fn of_evidence(code: &str) -> Option<(Words, Words)> {
    Some(match code {
        "hash-mismatch" => (
            (
                "Son empreinte ne correspond à aucune de nos références.",
                "Si une référence manquait à la configuration, corrigez-la puis retraitez. Sinon, ce n’est pas la banque.",
            ),
            (
                "Its hash fits none of our references.",
                "If a reference was missing from the configuration, mend that and replay. If not, it is not the bank.",
            ),
        ),
        "foreign-address" => (
            (
                "Elle vient d’une adresse qui n’est pas celle de la banque.",
                "Si la banque a déménagé, ajoutez l’adresse puis retraitez. Sinon, changez le chemin secret.",
            ),
            (
                "It comes from an address that is not the bank’s.",
                "If the bank has moved, add the address and replay. If not, change the secret path.",
            ),
        ),
        "too-old" => (
            (
                "Elle a plus de trois jours.",
                "La banque peut encore la confirmer ; sinon, admettez-la si vous savez pourquoi elle est en retard.",
            ),
            (
                "It is more than three days old.",
                "The bank may still vouch for it; if not, let it in if you know why it is late.",
            ),
        ),
        "from-the-future" => (
            ("Elle est datée de plus de cinq minutes d’avance.", "Vérifiez notre horloge, puis demandez à la banque."),
            ("It is dated more than five minutes ahead.", "Check our clock, then ask the bank."),
        ),
        "no-time" => (
            ("Elle ne dit pas quand elle a été faite.", "Demandez à la banque."),
            ("It does not say when it was made.", "Ask the bank."),
        ),
        "reused-hash" => (
            (
                "Son empreinte a déjà servi à une autre référence : elle peut être copiée.",
                "Seule la banque peut la confirmer.",
            ),
            ("Its hash came with another reference before: it may be a copy.", "Only the bank can vouch for it."),
        ),
        "conflicting-content" => (
            (
                "Une autre arrivée de la même référence dit autre chose, et compte.",
                "Comparez-les ; le relevé de la banque tranche.",
            ),
            (
                "Another arrival of the same reference says something else, and counts.",
                "Compare them; the bank’s statement decides.",
            ),
        ),
        _ => return None,
    })
}

/// What is the matter with a token.
fn of_tokens(code: &str) -> Option<(Words, Words)> {
    const ATTACH_FR: &str =
        "Si vous savez à qui est ce jeton, rattachez-le ; sinon, la personne relie son compte de nouveau.";
    const ATTACH_EN: &str = "If you know whose token it is, attach it; if not, the person links again.";
    Some(match code {
        "no-custom-reference" => {
            (("Le jeton ne dit pas à qui il est.", ATTACH_FR), ("The token does not say whose it is.", ATTACH_EN))
        }
        "unreadable-custom-reference" => (
            ("La référence du jeton n’est pas de nous.", ATTACH_FR),
            ("The token’s reference is not one of ours.", ATTACH_EN),
        ),
        "unknown-intent" => (
            ("La tentative de liaison n’existe plus.", ATTACH_FR),
            ("The attempt to link is not known any more.", ATTACH_EN),
        ),
        "expired-intent" => {
            (("La tentative de liaison avait expiré.", ATTACH_FR), ("The attempt to link had expired.", ATTACH_EN))
        }
        "intent-used" => (
            ("La tentative de liaison a servi à un autre jeton.", ATTACH_FR),
            ("The attempt to link was used by another token.", ATTACH_EN),
        ),
        "contested-token" => (
            ("Deux personnes ont apporté ce jeton : aucune ne l’a.", "Voyez avec la banque à qui il est."),
            ("Two people have brought this token: neither has it.", "Ask the bank whose it is."),
        ),
        "already-revoked" => (
            ("Le jeton avait déjà été révoqué.", "Rien à faire : il reste révoqué."),
            ("The token had been revoked already.", "Nothing to do: it stays revoked."),
        ),
        "unknown-token" => (
            ("Le jeton révoqué nous est inconnu.", "Rien à faire : s’il arrive plus tard, il restera révoqué."),
            ("The revoked token is not known to us.", "Nothing to do: should it come later, it stays revoked."),
        ),
        _ => return None,
    })
}

/// What cannot be read, and what waits.
fn of_content(code: &str) -> Option<(Words, Words)> {
    Some(match code {
        "unknown-card" => (
            (
                "Personne n’a encore relié cette carte.",
                "Elle s’applique d’elle-même dès que la carte est connue : la banque seule dit à qui elle est.",
            ),
            (
                "Nobody has linked this card yet.",
                "It applies by itself once the card is known: only the bank says whose it is.",
            ),
        ),
        "gave-up" => (
            (
                "Son traitement a échoué plusieurs fois.",
                "Le journal du serveur dit pourquoi ; une fois réparé, retraitez.",
            ),
            ("Processing it failed several times.", "The server’s log says why; once mended, replay."),
        ),
        "erased" => (
            ("Elle parlait d’une personne effacée.", "Rien à faire."),
            ("It was about somebody who was erased.", "Nothing to do."),
        ),
        "cut-body" => (
            ("Seul le début de son contenu est conservé.", "Rien à faire."),
            ("Only the beginning of its body is kept.", "Nothing to do."),
        ),
        "no-body" | "key-destroyed" => {
            (("Son contenu n’existe plus.", "Rien à faire."), ("Its body is gone.", "Nothing to do."))
        }
        "unreadable-body" | "unsupported-type" | "malformed-body" | "bad-escape" | "bad-name" | "duplicate-field"
        | "too-many-fields" | "no-notification" | "no-data" | "bad-timestamp" => (
            (
                "Ce n’est pas une notification lisible.",
                "Comparez-la avec la documentation de la banque ; une fois le lecteur réparé, retraitez.",
            ),
            (
                "It is no notification that can be read.",
                "Compare it with the bank’s documentation; once the reader is mended, replay.",
            ),
        ),
        "bad-reference" | "unknown-context" | "unknown-event" | "bad-token" | "no-transaction"
        | "bad-card-reference" => (
            (
                "Elle ne suit pas la documentation de la banque.",
                "Voyez le contenu ; une fois le lecteur réparé, retraitez.",
            ),
            ("It does not follow the bank’s documentation.", "Look at the body; once the reader is mended, replay."),
        ),
        code if code.starts_with("bad-") => (
            ("Un champ du paiement est illisible.", "Voyez le contenu ; le relevé de la banque donne ce paiement."),
            ("A field of the payment cannot be read.", "Look at the body; the bank’s statement tells this payment."),
        ),
        _ => return None,
    })
}
