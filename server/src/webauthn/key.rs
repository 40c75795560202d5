//! Public keys as authenticators write them: COSE (RFC 9052), of the two kinds that everybody's authenticators make.

use super::Refusal;
use super::cbor::{Item, Reader};
use p256::ecdsa::signature::Verifier as _;
use rsa::BoxedUint;
use rsa::pkcs1v15;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// ECDSA on P-256 with SHA-256.
const ES256: i64 = -7;
/// RSA with PKCS#1 v1.5 and SHA-256: what the TPMs of many computers with Windows have.
const RS256: i64 = -257;

const KIND: i64 = 1;
const ALGORITHM: i64 = 3;
const CURVE: i64 = -1;
const X: i64 = -2;
const Y: i64 = -3;
const MODULUS: i64 = -1;
const EXPONENT: i64 = -2;
const KIND_EC: i64 = 2;
const KIND_RSA: i64 = 3;
const P256: i64 = 1;

/// Bits of an RSA modulus. A longer one would keep us busy at each use.
const MODULUS_BITS: RangeInclusive<usize> = 2_048..=4_096;

/// A key that signatures are checked with.
pub enum PublicKey {
    Es256(p256::ecdsa::VerifyingKey),
    Rs256(pkcs1v15::VerifyingKey<Sha256>),
}

type Parts<'b> = BTreeMap<i64, Item<'b>>;

impl PublicKey {
    /// What authenticators are asked for, the favourite first.
    pub(super) const ALGORITHMS: [i64; 2] = [ES256, RS256];

    pub fn read(cose: &[u8]) -> Result<Self, Refusal> {
        let parts = parts(cose).ok_or(Refusal::Key)?;
        match (int(&parts, KIND), int(&parts, ALGORITHM)) {
            (Some(KIND_EC), Some(ES256)) => es256(&parts).ok_or(Refusal::Key),
            (Some(KIND_RSA), Some(RS256)) => rs256(&parts).ok_or(Refusal::Key),
            _ => Err(Refusal::Algorithm),
        }
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::Rs256(key) => {
                pkcs1v15::Signature::try_from(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
            }
        }
    }
}

/// The members of the map; none where one stands twice.
fn parts(cose: &[u8]) -> Option<Parts<'_>> {
    let mut reader = Reader::new(cose);
    let mut parts = Parts::new();
    for _ in 0..reader.map()? {
        let Item::Int(label) = reader.item()? else { return None };
        if parts.insert(label, reader.item()?).is_some() {
            return None;
        }
    }
    reader.rest().is_empty().then_some(parts)
}

fn int(parts: &Parts<'_>, label: i64) -> Option<i64> {
    match parts.get(&label) {
        Some(Item::Int(value)) => Some(*value),
        _ => None,
    }
}

fn bytes<'b>(parts: &Parts<'b>, label: i64) -> Option<&'b [u8]> {
    match parts.get(&label) {
        Some(Item::Bytes(value)) => Some(*value),
        _ => None,
    }
}

fn es256(parts: &Parts<'_>) -> Option<PublicKey> {
    let (x, y) = (bytes(parts, X)?, bytes(parts, Y)?);
    if int(parts, CURVE) != Some(P256) || x.len() != 32 || y.len() != 32 {
        return None;
    }
    // Refused where it is no point of the curve.
    let point = [[4].as_slice(), x, y].concat();
    p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok().map(PublicKey::Es256)
}

fn rs256(parts: &Parts<'_>) -> Option<PublicKey> {
    let (modulus, exponent) = (bytes(parts, MODULUS)?, bytes(parts, EXPONENT)?);
    let number = BoxedUint::from_be_slice_vartime;
    let key = rsa::PublicKey::new_with_size_limits(number(modulus), number(exponent), MODULUS_BITS).ok()?;
    Some(PublicKey::Rs256(pkcs1v15::VerifyingKey::new(key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::signature::Signer as _;

    /// The modulus of a key of 2,048 bits that nobody has any more.
    const RSA: &str = "b367bc1882b4f0e6774470cdfc374b5704c0264395282385942a2e9cba6f50974c3844f8ac327beb2dd761d25afd6b1a5aae\
        76fb91b5bacb4bd45682736b2fc26844111d7e286d01b644dcfffee36bce6ea46b372fe0e2cdc6d545d2a9bd3cba21cafe34\
        1bc46324886791a19615316e9532964f5aeba749fd76101c1413903d3ceb46073dbf5048f0491ae88bf58ca21457b1830b74\
        6678a533b576e574e706a23566f8e583924b9006966907b65ea2d4c8255abfb9505de75151601aa6817471e7aa52f789dab4\
        2c1511a5676a89b6c1990d25ad1137b5dfcd9cc4ba3cec2500ea703f2bab5731980f9d51f2ee8f69bbd7b9484835c8303724\
        19d587308ca1";
    /// Its signature of `message`.
    const SIGNED: &str = "03e8627ca882f5f5212082eedcec4298a04fa5b5d2d9c4771cc481b85d56881fb08302ff058eafca4fabb5030c815fdfc023\
        b5f09eab9bcd9c1559ccbcc460e47feacd0b64c69eeba63a9bcca65994cbc1799c6aac3627275dcc662233f13c5e45899969\
        d6c13fb40358d6b35c0c0dd41551259f5ac9dbe43a69ac6d9208019670a9ee34362bf9d33f7305b72f44f3ff78ba777bdcb0\
        03fb299e324e2f8778c0e649d95053bf68f03ac65b9e0773ffb635c57c2446024e68dcf3f677d6784fa32aa009a4cb6f878d\
        71f56d48cd3274fb361b697fe7efb4681a862f571dfc005f2e00d6eb2f98c2725bd5cdf578120c1a431c1470e8250ab973c9\
        45ec8c2c4a99";

    /// Heads of CBOR, for lengths up to 65,535.
    fn head(major: u8, length: usize) -> Vec<u8> {
        match u8::try_from(length) {
            Ok(small @ 0..=23) => vec![major << 5 | small],
            Ok(byte) => vec![major << 5 | 0x18, byte],
            Err(_) => [[major << 5 | 0x19].as_slice(), &u16::try_from(length).unwrap().to_be_bytes()].concat(),
        }
    }

    fn integer(value: i64) -> Vec<u8> {
        let (major, value) = if value < 0 { (1, -1 - value) } else { (0, value) };
        head(major, usize::try_from(value).unwrap())
    }

    fn cose(parts: &[(i64, Item<'_>)]) -> Vec<u8> {
        let members = parts.iter().flat_map(|(label, item)| {
            let value = match item {
                Item::Int(value) => integer(*value),
                Item::Bytes(bytes) => [head(2, bytes.len()), bytes.to_vec()].concat(),
                Item::Text(text) => [head(3, text.len()), text.as_bytes().to_vec()].concat(),
                Item::Other => vec![0xf6],
            };
            [integer(*label), value].concat()
        });
        head(5, parts.len()).into_iter().chain(members).collect()
    }

    fn refusal(parts: &[(i64, Item<'_>)]) -> Option<Refusal> {
        PublicKey::read(&cose(parts)).err()
    }

    #[test]
    fn a_key_of_the_curve_knows_its_signatures() {
        let secret = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
        let point = secret.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        let parts = [
            (KIND, Item::Int(KIND_EC)),
            (ALGORITHM, Item::Int(ES256)),
            (CURVE, Item::Int(P256)),
            (X, Item::Bytes(x)),
            (Y, Item::Bytes(y)),
        ];
        let key = PublicKey::read(&cose(&parts)).unwrap();
        let signature: p256::ecdsa::Signature = secret.sign(b"message");
        assert!(key.verifies(b"message", signature.to_der().as_bytes()));
        assert!(!key.verifies(b"another", signature.to_der().as_bytes()));
        assert!(!key.verifies(b"message", &signature.to_bytes()), "only as the standard encodes it");
        assert!(!key.verifies(b"message", b""));

        let with = |at: usize, item| {
            let mut changed = parts;
            changed[at].1 = item;
            refusal(&changed)
        };
        assert_eq!(with(0, Item::Int(KIND_RSA)), Some(Refusal::Algorithm));
        assert_eq!(with(1, Item::Int(-8)), Some(Refusal::Algorithm));
        assert_eq!(with(2, Item::Int(2)), Some(Refusal::Key));
        assert_eq!(with(3, Item::Bytes(&x[1..])), Some(Refusal::Key));
        assert_eq!(with(3, Item::Bytes(y)), Some(Refusal::Key), "no point of the curve");
        assert_eq!(with(4, Item::Other), Some(Refusal::Key));
        assert_eq!(refusal(&[parts[0], parts[0]]), Some(Refusal::Key), "one member twice");
        let good = cose(&parts);
        for cut in 0..good.len() {
            assert_eq!(PublicKey::read(&good[..cut]).err(), Some(Refusal::Key), "cut at {cut}");
        }
        assert_eq!(PublicKey::read(&[good, vec![0]].concat()).err(), Some(Refusal::Key));
    }

    #[test]
    fn an_rsa_key_of_a_sound_size_knows_its_signatures() {
        let (modulus, signature) = (hex::decode(RSA).unwrap(), hex::decode(SIGNED).unwrap());
        let parts = [
            (KIND, Item::Int(KIND_RSA)),
            (ALGORITHM, Item::Int(RS256)),
            (MODULUS, Item::Bytes(&modulus)),
            (EXPONENT, Item::Bytes(&[1, 0, 1])),
        ];
        let key = PublicKey::read(&cose(&parts)).unwrap();
        assert!(key.verifies(b"message", &signature));
        assert!(!key.verifies(b"another", &signature) && !key.verifies(b"message", &signature[1..]));
        for size in [128, 255, 513, 1_024] {
            let long = [[0xc5].as_slice(), &vec![1; size - 1]].concat();
            let [kind, algorithm, _, exponent] = parts;
            assert_eq!(
                refusal(&[kind, algorithm, (MODULUS, Item::Bytes(&long)), exponent]),
                Some(Refusal::Key),
                "{size}"
            );
        }
    }
}
