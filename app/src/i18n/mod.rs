//! Every text of the pages, in both languages side by side: a text that is missing in one does not compile.
//!
//! One catalogue for each part of the product, so that the browser's bundle holds only the texts of its islands.

/// Declares a catalogue: `key: "français", "English";`. Texts with numbers or names in them are functions beside it.
macro_rules! texts {
    ($(#[$doc:meta])* $name:ident { $($key:ident: $fr:literal, $en:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, PartialEq, Eq)]
        pub struct $name {
            pub lang: ::domain::lang::Lang,
            $(pub $key: &'static str,)*
        }

        impl $name {
            pub const fn of(lang: ::domain::lang::Lang) -> &'static Self {
                match lang {
                    ::domain::lang::Lang::Fr => &const { Self { lang: ::domain::lang::Lang::Fr, $($key: $fr,)* } },
                    ::domain::lang::Lang::En => &const { Self { lang: ::domain::lang::Lang::En, $($key: $en,)* } },
                }
            }
        }
    };
}

pub mod live;

#[cfg(feature = "ssr")]
pub mod account;
#[cfg(feature = "ssr")]
pub mod alerts;
#[cfg(feature = "ssr")]
pub mod all_payments;
#[cfg(feature = "ssr")]
pub mod connect;
#[cfg(feature = "ssr")]
pub mod dashboard;
#[cfg(feature = "ssr")]
pub mod desk;
#[cfg(feature = "ssr")]
pub mod developers;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod frame;
#[cfg(feature = "ssr")]
pub mod funnel;
#[cfg(feature = "ssr")]
pub mod health;
#[cfg(feature = "ssr")]
pub mod insights;
#[cfg(feature = "ssr")]
pub mod keys;
#[cfg(feature = "ssr")]
pub mod landing;
#[cfg(feature = "ssr")]
pub mod operator;
#[cfg(feature = "ssr")]
pub mod own;
#[cfg(feature = "ssr")]
pub mod passkeys;
#[cfg(feature = "ssr")]
pub mod people;
#[cfg(feature = "ssr")]
pub mod privacy;
#[cfg(feature = "ssr")]
pub mod processing;
#[cfg(feature = "ssr")]
pub mod reasons;
#[cfg(feature = "ssr")]
pub mod security;
#[cfg(feature = "ssr")]
pub mod settings;
#[cfg(feature = "ssr")]
pub mod silence;
#[cfg(feature = "ssr")]
pub mod support;
#[cfg(feature = "ssr")]
pub mod team;
