//! A text as a QR code, for a page to draw.

use app::backend::QrDrawing;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;

/// Light modules around the code, as the standard wants them.
const BORDER: i32 = 4;

/// None where the text is too long for a code.
pub(crate) fn draw(text: &str) -> Option<QrDrawing> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let run = (x..size).take_while(|at| code.get_module(*at, y)).count();
            let run = i32::try_from(run).unwrap_or(0);
            if run > 0 {
                // A row of dark modules is one stroke. Writing to a String does not fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + BORDER, y + BORDER);
            }
            x += run.max(1);
        }
    }
    Some(QrDrawing { size: size + 2 * BORDER, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_with_every_dark_module_and_no_other() {
        let text = "otpauth://totp/Anytime%20Connect:alice%40example.test?secret=GEZDGNBVGY3TQOJQ";
        let drawing = draw(text).unwrap();
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        assert_eq!(drawing.size, code.size() + 8);
        let mut dark = std::collections::BTreeSet::new();
        for stroke in drawing.path.split('M').skip(1) {
            let (x, rest) = stroke.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let run: i32 = rest.split('v').next().unwrap().parse().unwrap();
            let (x, y): (i32, i32) = (x.parse().unwrap(), y.parse().unwrap());
            dark.extend((x..x + run).map(|x| (x - BORDER, y - BORDER)));
        }
        let modules = (0..code.size()).flat_map(|x| (0..code.size()).map(move |y| (x, y)));
        assert_eq!(dark, modules.filter(|(x, y)| code.get_module(*x, *y)).collect());
        assert!(draw(&"x".repeat(5_000)).is_none());
    }
}
