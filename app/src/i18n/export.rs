//! Texts of the exports.

texts! {
    /// The links to files.
    ExportTexts {
        export: "Exporter", "Export";
        shown: "Exporter ce qui est affiché", "Export what is shown";
        shown_help: "Tous les paiements que les filtres laissent passer, pas seulement cette page.", "Every payment that the filters let through, not this page alone.";
        csv: "Tableur", "Spreadsheet";
        ofx: "Logiciel de comptes", "Accounting software";
        json: "Données pour programmes", "Data for programs";
    }
}
