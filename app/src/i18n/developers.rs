//! Texts of the page for developers.

texts! {
    DevelopersTexts {
        title: "API pour développeurs", "API for developers";
        lead: "Ce que vos autres systèmes peuvent lire, et faire refaire. La description vient du code lui-même, en anglais.", "What your other systems can read, and have done again. The description comes from the code itself.";
        rail: "API", "API";
        document: "Description OpenAPI", "OpenAPI description";
        key: "Votre clé", "Your key";
        key_help: "Un opérateur la crée : « anytime-connect api-key add ». Elle reste dans cette page, et n’est envoyée qu’à ce serveur.", "An operator makes it: “anytime-connect api-key add”. It stays in this page, and goes to this server only.";
        needs: "Portée", "Scope";
        parameters: "Paramètres", "Parameters";
        required: "requis", "required";
        fields: "Réponse", "Answer";
        body: "Corps (JSON)", "Body (JSON)";
        body_help: "Peut rester vide.", "May be left empty.";
        try_it: "Essayer", "Try it";
        try_help: "Par la ligne de commande :", "By the command line:";
        answer: "Réponse reçue", "Answer received";
        unreachable: "Le serveur n’a pas répondu. Réessayez dans un instant.", "The server did not answer. Try again in a moment.";
        no_key: "Collez d’abord votre clé, en haut de la page.", "Paste your key first, at the top of the page.";
        conventions: "Conventions", "Conventions";
        paging: "Les listes continuent par « cursor », avec le « next » de la partie précédente.", "Lists go on by `cursor`, with the `next` of the part before.";
        errors: "Les erreurs sont des « problem details » (RFC 9457) : « type » est stable, « detail » dit quoi faire.", "Errors are problem details (RFC 9457): `type` does not change, `detail` says what to do.";
        limits: "1 200 requêtes par minute et par clé ; « RateLimit » dit combien il en reste. « ETag » évite de renvoyer ce qui n’a pas changé.", "1,200 requests a minute for each key; `RateLimit` says how many are left. `ETag` spares what has not changed.";
    }
}
