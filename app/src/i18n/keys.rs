//! Texts about the keys.

use super::live::grouped;
use crate::backend::KeyRefusal;
use domain::lang::Lang;

texts! {
    KeysTexts {
        title: "Clés", "Keys";
        lead: "Ces clés protègent celles des utilisateurs, et celles-ci leurs jetons. Une nouvelle clé sert aussitôt ; ce qui est sous une ancienne passe sous la nouvelle en arrière-plan, sans rien interrompre.", "These keys protect those of the users, which protect their tokens. A new key is used at once; what is under an older one moves to it in the background, and nothing is interrupted.";
        kid: "Clé", "Key";
        state: "État", "State";
        active: "Active", "Active";
        moving: "En cours de remplacement", "Being replaced";
        empty: "Ne protège plus rien", "Protects nothing any more";
        data_keys: "Clés de données", "Data keys";
        uses: "Usages", "Uses";
        worn: "trop", "too many";
        since: "Depuis", "Since";
        unused: "Pas encore utilisée", "Not used yet";
        rotate: "Nouvelle clé…", "New key…";
        rotate_title: "Faire une nouvelle clé ?", "Make a new key?";
        rotate_help: "Elle est écrite dans le fichier du trousseau. Sauvegardez ce fichier ensuite : sans lui, personne ne peut plus lire les jetons. Sur plusieurs serveurs, copiez-le d’abord sur chacun.", "It is written into the file of the key ring. Back that file up afterwards: without it nobody can read the tokens any more. With several servers, copy it to each of them first.";
        rotate_submit: "Faire une nouvelle clé", "Make a new key";
        retire: "Retirer", "Retire";
        done_rotate: "La nouvelle clé est active. Sauvegardez le fichier du trousseau.", "The new key is active. Back up the file of the key ring.";
        done_retire: "La clé est retirée. Les sauvegardes plus anciennes en ont encore besoin : gardez-la avec elles.", "The key is retired. Older back-ups still need it: keep it with them.";
    }
}

impl KeysTexts {
    pub fn number(&self, number: i64) -> String {
        grouped(number, self.lang)
    }

    pub const fn refusal(&self, refusal: KeyRefusal) -> &'static str {
        match (self.lang, refusal) {
            (Lang::Fr, KeyRefusal::Used) => {
                "Cette clé protège encore quelque chose. Attendez que tout soit passé sous la nouvelle, puis réessayez."
            }
            (Lang::Fr, KeyRefusal::Fresh) => {
                "La nouvelle clé est trop récente : des liaisons en cours se servent encore de l’ancienne. Réessayez dans une demi-heure."
            }
            (Lang::Fr, KeyRefusal::File) => {
                "Le fichier du trousseau n’a pas pu être changé. Vérifiez ses droits, ou servez-vous de la ligne de commande (« keys »)."
            }
            (Lang::En, KeyRefusal::Used) => {
                "This key still protects something. Wait until everything has moved to the new one, then try again."
            }
            (Lang::En, KeyRefusal::Fresh) => {
                "The new key is too young: people who are linking now still use the old one. Try again in half an hour."
            }
            (Lang::En, KeyRefusal::File) => {
                "The file of the key ring could not be changed. Check its permissions, or use the command line (“keys”)."
            }
        }
    }
}
