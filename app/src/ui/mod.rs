//! Parts that several pages are made of.

pub mod icon;
pub mod payment;
pub mod place;

#[cfg(feature = "ssr")]
pub mod area;
#[cfg(feature = "ssr")]
pub mod badges;
#[cfg(feature = "ssr")]
pub mod field;
#[cfg(feature = "ssr")]
pub mod frame;
#[cfg(feature = "ssr")]
pub mod pager;
#[cfg(feature = "ssr")]
pub mod query;
#[cfg(feature = "ssr")]
pub mod seen;
#[cfg(feature = "ssr")]
pub mod silence;
