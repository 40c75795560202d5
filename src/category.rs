//! What a payment was for, told from the merchant category code (ISO 18245).

use crate::lang::Lang;
use serde::{Deserialize, Serialize};

macro_rules! categories {
    ($($variant:ident $code:literal $fr:literal $en:literal;)*) => {
        /// A group of merchant category codes that people think in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Category {
            $(#[serde(rename = $code)] $variant,)*
        }

        impl Category {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }

            /// The group's name for people.
            pub const fn name(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Self::$variant, Lang::Fr) => $fr, (Self::$variant, Lang::En) => $en),* }
            }
        }
    };
}

categories! {
    Groceries "groceries" "Courses" "Groceries";
    Restaurants "restaurants" "Restaurants" "Restaurants";
    Transport "transport" "Transports" "Transport";
    Fuel "fuel" "Carburant" "Fuel";
    Travel "travel" "Voyages" "Travel";
    Hotels "hotels" "Hôtels" "Hotels";
    Books "books" "Livres" "Books";
    Shopping "shopping" "Achats" "Shopping";
    Clothing "clothing" "Vêtements" "Clothing";
    Home "home" "Maison" "Home";
    Health "health" "Santé" "Health";
    Leisure "leisure" "Loisirs" "Leisure";
    Software "software" "Logiciels" "Software";
    Telecom "telecom" "Télécoms" "Telecom";
    Services "services" "Services" "Services";
    Business "business" "Fournitures" "Business supplies";
    Cash "cash" "Espèces" "Cash";
    Taxes "taxes" "Impôts" "Taxes";
    Fees "fees" "Frais bancaires" "Bank fees";
    Other "other" "Autres" "Other";
}

/// Code, group, name in French, name in English. Sorted by code.
type Row = (u16, Category, &'static str, &'static str);

#[rustfmt::skip]
const CODES: &[Row] = &[
    (742, Category::Services, "Vétérinaires", "Veterinary services"),
    (1520, Category::Home, "Entreprises du bâtiment", "General contractors"),
    (1731, Category::Home, "Électriciens", "Electrical contractors"),
    (2741, Category::Business, "Imprimeurs et éditeurs", "Printing and publishing"),
    (4111, Category::Transport, "Transports urbains", "Local commuter transport"),
    (4112, Category::Transport, "Chemins de fer", "Passenger railways"),
    (4121, Category::Transport, "Taxis et VTC", "Taxis and rides"),
    (4131, Category::Transport, "Autocars", "Bus lines"),
    (4214, Category::Services, "Transporteurs et livraison", "Freight and delivery"),
    (4215, Category::Services, "Coursiers", "Courier services"),
    (4411, Category::Travel, "Croisières", "Cruise lines"),
    (4511, Category::Travel, "Compagnies aériennes", "Airlines"),
    (4582, Category::Travel, "Aéroports", "Airports"),
    (4722, Category::Travel, "Agences de voyages", "Travel agencies"),
    (4784, Category::Transport, "Péages", "Tolls"),
    (4812, Category::Telecom, "Équipement de téléphonie", "Telephone equipment"),
    (4814, Category::Telecom, "Téléphonie et internet", "Telecom services"),
    (4816, Category::Software, "Réseaux et hébergement", "Computer network services"),
    (4829, Category::Cash, "Transferts d’argent", "Money transfer"),
    (4899, Category::Leisure, "Télévision et streaming", "Cable and streaming"),
    (4900, Category::Home, "Eau, gaz, électricité", "Utilities"),
    (5013, Category::Business, "Pièces automobiles en gros", "Motor vehicle supplies"),
    (5021, Category::Business, "Mobilier de bureau", "Office furniture"),
    (5039, Category::Home, "Matériaux de construction", "Construction materials"),
    (5044, Category::Business, "Matériel de bureau", "Office equipment"),
    (5045, Category::Software, "Ordinateurs et logiciels", "Computers and software"),
    (5047, Category::Health, "Matériel médical", "Medical equipment"),
    (5065, Category::Business, "Pièces électriques", "Electrical parts"),
    (5085, Category::Business, "Fournitures industrielles", "Industrial supplies"),
    (5094, Category::Shopping, "Bijoux et montres en gros", "Precious stones and watches"),
    (5111, Category::Business, "Papeterie et fournitures", "Stationery and office supplies"),
    (5122, Category::Health, "Produits pharmaceutiques", "Drugs and sundries"),
    (5192, Category::Books, "Livres et journaux en gros", "Books and newspapers, wholesale"),
    (5200, Category::Home, "Bricolage", "Home supply warehouses"),
    (5211, Category::Home, "Matériaux et bois", "Building materials"),
    (5231, Category::Home, "Verre, peinture, papier peint", "Glass, paint and wallpaper"),
    (5251, Category::Home, "Quincailleries", "Hardware stores"),
    (5261, Category::Home, "Jardineries", "Garden supply"),
    (5300, Category::Groceries, "Clubs entrepôts", "Wholesale clubs"),
    (5310, Category::Shopping, "Magasins à prix réduits", "Discount stores"),
    (5311, Category::Shopping, "Grands magasins", "Department stores"),
    (5331, Category::Shopping, "Bazars", "Variety stores"),
    (5399, Category::Shopping, "Commerce de détail", "General merchandise"),
    (5411, Category::Groceries, "Supermarchés", "Supermarkets"),
    (5422, Category::Groceries, "Boucheries", "Butchers"),
    (5441, Category::Groceries, "Confiseries", "Confectioners"),
    (5451, Category::Groceries, "Crèmeries", "Dairy shops"),
    (5462, Category::Groceries, "Boulangeries", "Bakeries"),
    (5499, Category::Groceries, "Alimentation", "Food shops"),
    (5511, Category::Transport, "Concessionnaires automobiles", "Car dealers"),
    (5531, Category::Transport, "Accessoires automobiles", "Car accessories"),
    (5533, Category::Transport, "Pièces automobiles", "Car parts"),
    (5541, Category::Fuel, "Stations-service", "Service stations"),
    (5542, Category::Fuel, "Pompes automatiques", "Automated fuel dispensers"),
    (5552, Category::Fuel, "Bornes de recharge", "Electric vehicle charging"),
    (5611, Category::Clothing, "Mode masculine", "Men’s clothing"),
    (5621, Category::Clothing, "Mode féminine", "Women’s clothing"),
    (5641, Category::Clothing, "Mode enfantine", "Children’s clothing"),
    (5651, Category::Clothing, "Mode familiale", "Family clothing"),
    (5655, Category::Clothing, "Vêtements de sport", "Sportswear"),
    (5661, Category::Clothing, "Chaussures", "Shoes"),
    (5691, Category::Clothing, "Prêt-à-porter", "Clothing stores"),
    (5699, Category::Clothing, "Accessoires de mode", "Fashion accessories"),
    (5712, Category::Home, "Meubles", "Furniture"),
    (5714, Category::Home, "Tissus et ameublement", "Drapery and upholstery"),
    (5722, Category::Home, "Électroménager", "Household appliances"),
    (5732, Category::Shopping, "Électronique", "Electronics"),
    (5733, Category::Leisure, "Instruments de musique", "Music stores"),
    (5734, Category::Software, "Logiciels", "Software stores"),
    (5735, Category::Leisure, "Disques", "Record stores"),
    (5811, Category::Restaurants, "Traiteurs", "Caterers"),
    (5812, Category::Restaurants, "Restaurants", "Restaurants"),
    (5813, Category::Restaurants, "Bars et cafés", "Bars and cafés"),
    (5814, Category::Restaurants, "Restauration rapide", "Fast food"),
    (5815, Category::Leisure, "Médias numériques", "Digital media"),
    (5816, Category::Leisure, "Jeux numériques", "Digital games"),
    (5817, Category::Software, "Applications", "Applications"),
    (5818, Category::Software, "Contenus numériques", "Digital goods"),
    (5912, Category::Health, "Pharmacies", "Pharmacies"),
    (5921, Category::Groceries, "Cavistes", "Wine and spirits"),
    (5931, Category::Shopping, "Occasion", "Second-hand shops"),
    (5941, Category::Leisure, "Articles de sport", "Sporting goods"),
    (5942, Category::Books, "Librairies", "Book shops"),
    (5943, Category::Business, "Papeteries", "Stationers"),
    (5944, Category::Shopping, "Bijouteries", "Jewellers"),
    (5945, Category::Leisure, "Jeux et jouets", "Toys and games"),
    (5946, Category::Leisure, "Photo", "Camera shops"),
    (5947, Category::Shopping, "Cadeaux", "Gift shops"),
    (5964, Category::Shopping, "Vente par catalogue", "Catalogue sales"),
    (5968, Category::Services, "Abonnements", "Subscriptions"),
    (5969, Category::Shopping, "Vente directe", "Direct marketing"),
    (5977, Category::Shopping, "Parfumeries", "Cosmetics"),
    (5992, Category::Home, "Fleuristes", "Florists"),
    (5993, Category::Shopping, "Tabac", "Tobacconists"),
    (5994, Category::Books, "Presse", "Newsstands"),
    (5995, Category::Home, "Animaleries", "Pet shops"),
    (5999, Category::Shopping, "Boutiques spécialisées", "Specialty retail"),
    (6010, Category::Cash, "Retrait au guichet", "Cash at a counter"),
    (6011, Category::Cash, "Distributeur de billets", "Cash machine"),
    (6012, Category::Fees, "Services financiers", "Financial services"),
    (6051, Category::Cash, "Change", "Currency exchange"),
    (6300, Category::Services, "Assurances", "Insurance"),
    (6513, Category::Home, "Loyers", "Rent"),
    (7011, Category::Hotels, "Hôtels", "Hotels"),
    (7032, Category::Leisure, "Clubs sportifs", "Sporting camps"),
    (7210, Category::Services, "Blanchisseries", "Laundries"),
    (7216, Category::Services, "Pressings", "Dry cleaners"),
    (7230, Category::Services, "Coiffeurs", "Hairdressers"),
    (7298, Category::Health, "Spas et bien-être", "Health and beauty spas"),
    (7311, Category::Business, "Publicité", "Advertising"),
    (7333, Category::Business, "Photographie et design", "Photography and design"),
    (7338, Category::Business, "Reprographie", "Copying services"),
    (7349, Category::Services, "Nettoyage", "Cleaning services"),
    (7361, Category::Business, "Recrutement", "Employment agencies"),
    (7372, Category::Software, "Informatique", "Computer programming"),
    (7392, Category::Business, "Conseil", "Consulting"),
    (7399, Category::Business, "Services aux entreprises", "Business services"),
    (7512, Category::Transport, "Location de voitures", "Car rental"),
    (7523, Category::Transport, "Parkings", "Parking"),
    (7538, Category::Transport, "Garages", "Car repair"),
    (7542, Category::Transport, "Lavage automobile", "Car washes"),
    (7622, Category::Services, "Réparation électronique", "Electronics repair"),
    (7699, Category::Services, "Réparations", "Repair shops"),
    (7832, Category::Leisure, "Cinémas", "Cinemas"),
    (7841, Category::Leisure, "Location de vidéos", "Video rental"),
    (7922, Category::Leisure, "Spectacles", "Theatre and concerts"),
    (7991, Category::Leisure, "Attractions touristiques", "Tourist attractions"),
    (7994, Category::Leisure, "Salles de jeux", "Video game arcades"),
    (7995, Category::Leisure, "Jeux d’argent", "Betting"),
    (7996, Category::Leisure, "Parcs d’attractions", "Amusement parks"),
    (7997, Category::Leisure, "Clubs et salles de sport", "Clubs and gyms"),
    (7999, Category::Leisure, "Loisirs", "Recreation"),
    (8011, Category::Health, "Médecins", "Doctors"),
    (8021, Category::Health, "Dentistes", "Dentists"),
    (8043, Category::Health, "Opticiens", "Opticians"),
    (8062, Category::Health, "Hôpitaux", "Hospitals"),
    (8099, Category::Health, "Services médicaux", "Medical services"),
    (8111, Category::Services, "Avocats et notaires", "Legal services"),
    (8220, Category::Services, "Enseignement supérieur", "Universities"),
    (8299, Category::Services, "Formation", "Training"),
    (8398, Category::Services, "Associations", "Charities"),
    (8699, Category::Services, "Organisations", "Membership organisations"),
    (8931, Category::Services, "Comptables", "Accountants"),
    (8999, Category::Services, "Services professionnels", "Professional services"),
    (9211, Category::Taxes, "Frais de justice", "Court costs"),
    (9222, Category::Taxes, "Amendes", "Fines"),
    (9311, Category::Taxes, "Impôts", "Tax payments"),
    (9399, Category::Taxes, "Administrations", "Government services"),
    (9402, Category::Services, "Poste", "Postal services"),
];

fn row(mcc: &str) -> Option<&'static Row> {
    let code: u16 = mcc.parse().ok()?;
    CODES.binary_search_by_key(&code, |row| row.0).ok().map(|index| &CODES[index])
}

/// The group of a merchant category code; `Other` for what is not listed.
pub fn of_mcc(mcc: &str) -> Category {
    match mcc.parse::<u16>() {
        // Airlines, car rentals and hotels have one code per brand.
        Ok(3000..=3299) => Category::Travel,
        Ok(3351..=3441) => Category::Transport,
        Ok(3501..=3999) => Category::Hotels,
        _ => row(mcc).map_or(Category::Other, |row| row.1),
    }
}

/// The code's own name, where it is listed.
pub fn mcc_name(mcc: &str, lang: Lang) -> Option<&'static str> {
    row(mcc).map(|row| match lang {
        Lang::Fr => row.2,
        Lang::En => row.3,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(CODES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn a_bookshop_is_found_by_name_in_both_languages() {
        assert_eq!(of_mcc("5942"), Category::Books);
        assert_eq!(mcc_name("5942", Lang::Fr), Some("Librairies"));
        assert_eq!(mcc_name("5942", Lang::En), Some("Book shops"));
    }

    #[test]
    fn brands_and_unknown_codes_have_a_group() {
        assert_eq!(of_mcc("3058"), Category::Travel);
        assert_eq!(of_mcc("3640"), Category::Hotels);
        assert_eq!(of_mcc("0001"), Category::Other);
        assert_eq!(of_mcc(""), Category::Other);
        assert_eq!(of_mcc("99999999"), Category::Other);
    }

    #[test]
    fn category_codes_are_read_back() {
        for category in Category::ALL {
            assert_eq!(Category::from_code(category.code()), Some(*category));
        }
    }
}
