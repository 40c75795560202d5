//! On the server there is no stream: the page is a snapshot until a browser takes it up.

use super::badge::Liveness;
use super::board::Board;
use domain::lang::Lang;
use leptos::prelude::*;

pub(super) const fn start(_: RwSignal<Board>, _: RwSignal<Liveness>, _: RwSignal<String>, _: Lang) {}
