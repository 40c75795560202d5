//! The shops where the customers of the stand-in pay.

use super::money::Currency;

/// A shop, as the bank describes it, with what a payment there usually costs.
#[derive(Debug)]
pub struct Merchant {
    pub description: &'static str,
    pub mcc: u16,
    pub currency: Currency,
    /// Usual amounts in the currency's smallest unit.
    pub low: u64,
    pub high: u64,
}

const fn at(description: &'static str, mcc: u16, currency: Currency, low: u64, high: u64) -> Merchant {
    Merchant { description, mcc, currency, low, high }
}

/// How a card is refilled from its account.
pub static LOAD: Merchant =
    at("CARD LOAD - RUE DE LA BANQUE, PARIS,75002,FRA,FRA", 6012, Currency::Eur, 20_000, 60_000);

pub static FRENCH: [Merchant; 25] = [
    at("FNAC DIRECT - RUE DES BATEAUX LAVOIRS, IVRY SUR SEIN,94768,FRA,FRA", 5942, Currency::Eur, 899, 14_900),
    at("MONOPRIX 2114 - AVENUE DE L OPERA, PARIS,75001,FRA,FRA", 5411, Currency::Eur, 430, 6_890),
    at("CARREFOUR CITY - RUE DE BELLEVILLE, PARIS,75019,FRA,FRA", 5411, Currency::Eur, 290, 4_870),
    at("BOULANGERIE DU MOULIN - RUE LEPIC, PARIS,75018,FRA,FRA", 5462, Currency::Eur, 120, 1_450),
    at("SNCF CONNECT - PLACE AUX ETOILES, SAINT DENIS,93200,FRA,FRA", 4112, Currency::Eur, 1_500, 13_900),
    at("RATP - QUAI DE LA RAPEE, PARIS,75012,FRA,FRA", 4111, Currency::Eur, 215, 8_640),
    at("TOTAL ENERGIES - ROUTE DE LYON, MACON,71000,FRA,FRA", 5541, Currency::Eur, 2_800, 9_600),
    at("PHARMACIE CENTRALE - COURS MIRABEAU, AIX EN PROVEN,13100,FRA,FRA", 5912, Currency::Eur, 340, 5_230),
    at("LE PETIT CAMBODGE - RUE ALIBERT, PARIS,75010,FRA,FRA", 5812, Currency::Eur, 1_250, 5_400),
    at("BRASSERIE GEORGES - COURS DE VERDUN, LYON,69002,FRA,FRA", 5812, Currency::Eur, 1_890, 8_700),
    at("MCDONALDS 0412 - RUE DE RENNES, PARIS,75006,FRA,FRA", 5814, Currency::Eur, 590, 2_340),
    at("DECATHLON - AVENUE DE LA PORTE, ALFORTVILLE,94140,FRA,FRA", 5941, Currency::Eur, 999, 11_900),
    at("LEROY MERLIN - BOULEVARD DE L EUROPE, ROSNY SOUS BO,93110,FRA,FRA", 5200, Currency::Eur, 1_290, 18_900),
    at("IKEA - ALLEE DES PEUPLIERS, FRANCONVILLE,95130,FRA,FRA", 5712, Currency::Eur, 790, 24_900),
    at("DARTY - QUAI DE BERCY, PARIS,75012,FRA,FRA", 5732, Currency::Eur, 1_990, 49_900),
    at("ZARA 0337 - RUE DE RIVOLI, PARIS,75004,FRA,FRA", 5651, Currency::Eur, 1_295, 9_990),
    at("UGC CINE CITE - PLACE DE LA ROTONDE, PARIS,75001,FRA,FRA", 7832, Currency::Eur, 750, 3_200),
    at("FREE MOBILE - RUE DE LA VILLE L EVEQUE, PARIS,75008,FRA,FRA", 4814, Currency::Eur, 1_999, 1_999),
    at("EDF PARTICULIERS - AVENUE DE WAGRAM, PARIS,75017,FRA,FRA", 4900, Currency::Eur, 4_120, 9_870),
    at("LA POSTE - RUE DU LOUVRE, PARIS,75001,FRA,FRA", 9402, Currency::Eur, 149, 2_890),
    at("VELIB METROPOLE - RUE DE RIVOLI, PARIS,75004,FRA,FRA", 7519, Currency::Eur, 310, 990),
    at("LIBRAIRIE OMBRES BLANCHES - RUE GAMBETTA, TOULOUSE,31000,FRA,FRA", 5942, Currency::Eur, 690, 6_450),
    at("HOTEL DES DEUX MERS - QUAI DE LA MONNAIE, BORDEAUX,33000,FRA,FRA", 7011, Currency::Eur, 7_900, 21_500),
    at("TRENITALIA - PIAZZA DELLA CROCE ROSSA, ROMA,00161,ITA,ITA", 4112, Currency::Eur, 1_290, 7_890),
    at("CAFÉ DE L’ÉTÉ - RUE D’ALÉSIA, PARIS,75014,FRA,FRA", 5814, Currency::Eur, 280, 1_640),
];

pub static FOREIGN: [Merchant; 14] = [
    at("AMZN MKTP US - TERRY AVE N, SEATTLE,98109,USA,USA", 5999, Currency::Usd, 699, 12_999),
    at("BLUE BOTTLE COFFEE - SANSOME ST, SAN FRANCISCO,94111,USA,USA", 5814, Currency::Usd, 475, 2_350),
    at("MTA METROCARD - BROADWAY, NEW YORK,10004,USA,USA", 4111, Currency::Usd, 290, 3_400),
    at("TFL TRAVEL CHARGE - VICTORIA STREET, LONDON,SW1H 0TL,GBR,GBR", 4111, Currency::Gbp, 280, 1_560),
    at("WATERSTONES - PICCADILLY, LONDON,W1J 9HD,GBR,GBR", 5942, Currency::Gbp, 799, 5_490),
    at("PRET A MANGER - STRAND, LONDON,WC2N 5HR,GBR,GBR", 5814, Currency::Gbp, 325, 1_480),
    at("SBB CFF FFS - HILFIKERSTRASSE, BERN,3000,CHE,CHE", 4112, Currency::Chf, 680, 14_200),
    at("MIGROS ZUERICH HB - BAHNHOFPLATZ, ZUERICH,8001,CHE,CHE", 5411, Currency::Chf, 310, 7_240),
    at("SEVEN ELEVEN - SHIBUYA KU, TOKYO,150-0002,JPN,JPN", 5499, Currency::Jpy, 180, 3_200),
    at("JR EAST - YOYOGI, TOKYO,151-8578,JPN,JPN", 4112, Currency::Jpy, 210, 27_800),
    at("KINOKUNIYA - SENDAGAYA, TOKYO,151-0051,JPN,JPN", 5942, Currency::Jpy, 890, 12_600),
    at("ICA SUPERMARKET - SVEAVAGEN, STOCKHOLM,11160,SWE,SWE", 5411, Currency::Sek, 4_900, 64_000),
    at("ZABKA - UL MARSZALKOWSKA, WARSZAWA,00-590,POL,POL", 5411, Currency::Pln, 690, 9_800),
    at("VIA RAIL CANADA - RUE DE LA GAUCHETIERE, MONTREAL,H3B 2M1,CAN,CAN", 4112, Currency::Cad, 4_500, 18_900),
];
